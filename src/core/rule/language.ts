/** More than any tag has: whoever writes the record could make it long. */
const MOST_SYMBOLS = 100;

/**
 * A language as languages are compared: `ES_mx`, as CRMs and locales write it, is `es-mx`. Undefined where the text is no tag of
 * BCP 47, RFC 5646 §2.1: up to eight letters or digits between the marks.
 */
function tagOf(text: string): string | undefined {
  if (text.length > MOST_SYMBOLS) return undefined;
  const tag = text.trim().toLowerCase().replaceAll('_', '-');
  return /^[a-z]{2,8}(?:-[a-z0-9]{1,8})*$/.test(tag) ? tag : undefined;
}

/**
 * Which of the offered languages serves best who wants `wanted`: that one, or the nearest that it is a variety of (RFC 4647 §3.4,
 * `es-MX` finds `es`), or the first that is a variety of it (`es` finds `es-MX`). Undefined where none does.
 */
export function bestLanguage(wanted: string, offered: readonly string[]): string | undefined {
  const tag = tagOf(wanted);
  if (tag === undefined) return undefined;
  const parts = tag.split('-');
  const ranges = parts.map((_, index) => parts.slice(0, parts.length - index).join('-'));
  const found = ranges.flatMap((range) => offered.filter((language) => tagOf(language) === range));
  return found[0] ?? offered.find((language) => tagOf(language)?.startsWith(`${tag}-`));
}
