/**
 * The text with the digits of all scripts as those of ASCII. Databases find them equal (`٢` is 2 to MySQL, MariaDB and ICU), and many
 * languages read numbers of them.
 */
export function withPlainDigits(text: string): string {
  return text.replace(DIGITS, (symbol) =>
    DECIMAL.test(symbol) ? decimalOf(symbol) : (WEIGHTS.get(symbol) ?? symbol),
  );
}

/** A decimal digit stands as many places after the first of its run as it says; all runs hold whole sets of ten. */
function decimalOf(symbol: string): string {
  const point = symbol.codePointAt(0) ?? 0;
  let first = point;
  while (DECIMAL.test(String.fromCodePoint(first - 1))) first--;
  return String((point - first) % 10);
}

const DECIMAL = /\p{Nd}/u;
const DIGITS = /(?![0-9])\p{N}/gu;

/**
 * Numerals that are no decimal digits and have the weight of some in the default collation of Unicode (DUCET), so that no
 * case-insensitive collation tells them apart: first code point, how many, and what the first one weighs; each further one weighs 1 more.
 * https://www.unicode.org/reports/tr10/#Default_Unicode_Collation_Element_Table
 */
const RANGES =
  'c78:4:0 c7c:3:1 f2a:9:1 f33:1:0 1369:9:1 17f0:10:0 19da:1:1 2185:1:6 24eb:10:11 24f5:9:1 24fe:1:10 24ff:1:0 2776:10:1 2780:10:1 278a:10:1 3007:1:0 3021:9:1 3248:1:10 3249:1:20 ' +
  '324a:1:30 324b:1:40 324c:1:50 324d:1:60 324e:1:70 324f:1:80 10107:9:1 10142:1:1 10143:1:5 10148:1:5 1014f:1:5 10158:1:1 ' +
  '10159:1:1 1015a:2:1 1015c:1:2 1015d:1:2 1015e:1:2 1015f:1:5 10173:1:5 1018a:1:0 102e1:9:1 10320:1:1 10321:1:5 103d1:2:1 ' +
  '10858:3:1 10879:5:1 108a7:4:1 108ab:2:4 108fb:1:1 108fc:1:5 10916:1:1 1091a:2:2 109c0:9:1 10a40:4:1 10a7d:1:1 10a9d:1:1 ' +
  '10aeb:1:1 10aec:1:5 10b58:4:1 10b78:4:1 10ba9:4:1 10cfa:1:1 10cfb:1:5 10e60:9:1 10f1d:5:1 10f51:1:1 10fc5:4:1 11052:9:1 ' +
  '111e1:9:1 11c5a:9:1 12400:8:2 12408:7:3 1240f:6:4 12415:9:1 1241e:5:1 12423:2:2 12425:7:3 1242c:3:1 1242f:3:3 12434:3:1 ' +
  '12437:3:3 1243a:1:3 1243b:2:3 1243d:1:4 1243e:1:4 1243f:1:4 12440:2:6 12442:1:7 12443:2:7 12445:2:8 12447:1:9 12448:1:9 ' +
  '12449:1:9 1244a:5:2 1244f:4:1 12453:2:4 12455:1:5 12456:2:2 12458:2:1 12469:6:4 16e80:10:0 16e94:3:1 1d2e0:10:0 1d360:9:1 ' +
  '1d372:5:1 1d377:1:1 1d378:1:5 1e8c7:9:1 1ec71:9:1 1eca3:9:1 1ecb1:2:1 1ed01:9:1 1ed2f:8:2 1f10b:1:0 1f10c:1:0';

const WEIGHTS: ReadonlyMap<string, string> = new Map(
  RANGES.split(' ').flatMap((range) => {
    const [first = '', count, weight] = range.split(':');
    const start = Number.parseInt(first, 16);
    return Array.from({ length: Number(count) }, (_, place) => [
      String.fromCodePoint(start + place),
      String(Number(weight) + place),
    ]);
  }),
);
