/** A name and its value as a form parser found them. */
export type Pair = readonly [name: string, value: string];

/** Percent-decoding into bytes; with `unicode`, `%uXXXX` too, as .NET Framework and classic ASP undo it. */
export function unescapeBytes(text: string, unicode = false): Buffer {
  const wide = unicode
    ? text.replace(/%u([0-9a-f]{4})/gi, (_, hex: string) =>
        Buffer.from(String.fromCharCode(Number.parseInt(hex, 16))).toString('latin1'),
      )
    : text;
  const plain = wide
    .replaceAll('+', ' ')
    .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(plain, 'latin1');
}

/** The pairs of a urlencoded text, undone by `decode`. */
export function pairsIn(
  text: string,
  separators: RegExp,
  decode: (bytes: Buffer) => string,
  unicode = false,
): readonly Pair[] {
  return text
    .split(separators)
    .filter((part) => part !== '')
    .map((part) => {
      const mark = part.indexOf('=');
      const [name, value] = mark < 0 ? [part, ''] : [part.slice(0, mark), part.slice(mark + 1)];
      return [decode(unescapeBytes(name, unicode)), decode(unescapeBytes(value, unicode))] as const;
    });
}
