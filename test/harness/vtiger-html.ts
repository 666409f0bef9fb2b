/** The entities of HTML 4 that are signs, and the endings of those that are letters of Latin-1 with a mark. */
const SIGNS: Readonly<Record<string, string>> = {
  '&': 'amp',
  '<': 'lt',
  '>': 'gt',
  '"': 'quot',
  '\u00a0': 'nbsp',
};
const MARKS: Readonly<Record<string, string>> = {
  '\u0300': 'grave',
  '\u0301': 'acute',
  '\u0302': 'circ',
  '\u0303': 'tilde',
  '\u0308': 'uml',
};

/** Letters by the names of their entities. */
const LETTERS: ReadonlyMap<string, string> = new Map(
  Array.from({ length: 0x100 }, (_, code) => String.fromCharCode(code)).flatMap((letter) => {
    const [base = '', mark = ''] = letter.normalize('NFD');
    const name = SIGNS[letter] ?? (MARKS[mark] === undefined ? undefined : base + MARKS[mark]);
    return name === undefined ? [] : [[name, letter] as const];
  }),
);
const NAMES: ReadonlyMap<string, string> = new Map([...LETTERS].map(([name, letter]) => [letter, name]));

/** `html_entity_decode`: numbers, and names of HTML 4 in their exact letters (`&Tab;` is none). */
export function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d+)|#[xX]([0-9a-fA-F]+)|(\w+));/g, (whole, decimal, hex, name) =>
    name === undefined
      ? String.fromCodePoint(Number.parseInt(decimal ?? hex, decimal ? 10 : 16))
      : (LETTERS.get(name) ?? whole),
  );
}

/** `htmlentities`. */
export function encodeEntities(text: string): string {
  return text.replace(/[\s\S]/gu, (letter) => {
    const name = NAMES.get(letter);
    return name === undefined ? letter : `&${name};`;
  });
}
