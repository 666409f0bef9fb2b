const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

/**
 * The one spelling by which a record is known here: 18 characters. The last three say which of the first fifteen are capitals,
 * so that `500…abc` and `500…abC` are two records, and an id of 15 characters is the same record as one of 18. Undefined where
 * the text is neither, or where the two say different things and Salesforce could follow either.
 * https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/field_types.htm
 */
export function canonicalId(text: string): string | undefined {
  if (!/^[A-Za-z0-9]{15}(?:[A-Z0-5]{3})?$/.test(text)) return undefined;
  const short = text.slice(0, 15);
  const whole = short + [0, 5, 10].map((start) => capitalsOf(short.slice(start, start + 5))).join('');
  return text.length === 15 || text === whole ? whole : undefined;
}

/** Five characters as five bits, the first of them the lowest. */
function capitalsOf(block: string): string {
  const bits = [...block].map((letter, index) => (/[A-Z]/.test(letter) ? 1 << index : 0));
  return LETTERS[bits.reduce((sum, bit) => sum + bit, 0)] ?? '';
}
