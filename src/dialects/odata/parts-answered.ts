/** A line by which an answer begins. One in a value that was read adds a status, and takes none away: then nobody knows what was saved. */
const STATUS_LINE = /(?:^|\n)HTTP\/1\.[01] (\d{3})\b/g;

/** The statuses of the answers in a body of multipart/mixed; none in any other. */
export function statusesInParts(body: Uint8Array): readonly number[] {
  if (body[0] !== 0x2d && body[0] !== 0x0d) return [];
  const text = new TextDecoder('latin1').decode(body);
  return /^\s*--/.test(text) ? [...text.matchAll(STATUS_LINE)].map(([, status]) => Number(status)) : [];
}
