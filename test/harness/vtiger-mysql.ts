/** Equality in `utf8_general_ci`: one code point a letter, without case and marks; trailing blanks do not count. */
export function mysqlEquals(one: string, other: string): boolean {
  return weightsOf(one) === weightsOf(other);
}

function weightsOf(text: string): string {
  const letters = [...text.replace(/ +$/, '')].map((letter) => {
    const [base = '', ...marks] = letter.normalize('NFD');
    const plain = marks.every((mark) => /\p{M}/u.test(mark)) ? base : letter;
    return ({ ſ: 's', ı: 'i' }[plain] ?? plain).toUpperCase();
  });
  return letters.join('');
}

/** What a column of numbers makes of a text. */
export function mysqlNumber(text: string): number {
  return Number(/^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?/i.exec(text)?.[0] ?? 0);
}

/** What a column of texts keeps of a text: it has no room for letters of four bytes. */
export function mysqlText(text: string): string {
  return text.replace(/[\u{10000}-\u{10ffff}]/gu, '????');
}
