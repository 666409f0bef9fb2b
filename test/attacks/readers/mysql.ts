/**
 * Whether a column `ENUM('Created','Delivered')` or a text column of some width under some collation would hold what equals
 * 'Delivered', on the way there trimmed, cut, and undone by `html_entity_decode`, `strip_tags` and `stripslashes`.
 */
export function storesDelivered(value: unknown): boolean {
  if (typeof value === 'number') return value === 2;
  return typeof value === 'string' && (/^\s*2\s*$/.test(value) || textsOf(value).some(equals));
}

const WANTED = 'Delivered';
/** Widths of columns; one that holds the word and nothing more is not among them. */
const WIDTHS = [16, 20, 25, 30, 32, 40, 50, 64, 100, 128, 200, 255];

function textsOf(value: string): readonly string[] {
  const undone = [value, decodeEntities(value), stripTags(value), value.replaceAll('\\', '')];
  const cut = undone.flatMap((text) => [
    text,
    text.split('\0')[0] ?? '',
    // `utf8` is three bytes a character in MySQL: a column keeps what stands before the first larger one.
    text.split(/[\u{10000}-\u{10ffff}]/u)[0] ?? '',
  ]);
  return [...new Set(cut)].flatMap((text) => WIDTHS.map((width) => text.trimStart().slice(0, width)));
}

const root = new Intl.Collator('und', { sensitivity: 'base' });

/** Equal under a collation, blanks at the end aside (PAD SPACE). `root` is the Unicode algorithm of `uca1400_ai` and `unicode_ci`. */
function equals(text: string): boolean {
  const padded = text.replace(/[\s\u3000]+$/, '');
  return (
    root.compare(padded, WANTED) === 0 ||
    root.compare(text, WANTED) === 0 ||
    generalOf(padded) === generalOf(WANTED)
  );
}

/** `general_ci`: each character by itself, its accent dropped, in capitals. */
function generalOf(text: string): string {
  return Array.from(text, (letter) =>
    (letter.normalize('NFD')[0] ?? '').replace('ß', 's').toUpperCase(),
  ).join('');
}

function decodeEntities(text: string): string {
  const named: Readonly<Record<string, string>> = {
    nbsp: '\u00a0',
    shy: '\u00ad',
    eacute: 'é',
    Dscr: '𝒟',
    ZeroWidthSpace: '\u200b',
  };
  return text.replace(/&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(\w+));?/g, (whole, decimal, hex, name) => {
    if (name !== undefined) return named[String(name)] ?? whole;
    const point = decimal !== undefined ? Number(decimal) : Number.parseInt(String(hex), 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}

function stripTags(text: string): string {
  return text.replace(/<!--[\s\S]*?-->|<[^\s][^>]*(?:>|$)/g, '');
}
