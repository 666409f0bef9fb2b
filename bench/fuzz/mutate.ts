import type { Dice } from './random.ts';

/** Bytes that mean something to somebody who reads requests. */
const TOKENS = [
  '\r\n',
  '\n',
  '\0',
  ' ',
  '%00',
  '%',
  '"',
  '\\',
  '{',
  '}',
  '[',
  ']',
  '&',
  '=',
  ';',
  '../',
  '//',
  'status',
  'Delivered',
  'status=Delivered',
  '"status":"Delivered"',
  '\\u0073',
  'Content-Type: application/json\r\n',
  'Content-Length: 0\r\n',
  'Transfer-Encoding: chunked\r\n',
  'X-HTTP-Method-Override: PUT\r\n',
  '0\r\n\r\n',
  '--XyZ\r\n',
  '\xef\xbb\xbf',
  '\xff',
  '\u00c1\u00b3',
] as const;

type Mutation = (bytes: Buffer, other: Buffer, dice: Dice) => Buffer;

const MUTATIONS: readonly [Mutation, ...Mutation[]] = [
  function flip(bytes, _, dice) {
    const copy = Buffer.from(bytes);
    const at = placeIn(copy, dice);
    copy[at] = (copy[at] ?? 0) ^ (1 << dice.below(8));
    return copy;
  },
  function replace(bytes, _, dice) {
    const copy = Buffer.from(bytes);
    copy[placeIn(copy, dice)] = dice.below(256);
    return copy;
  },
  function cut(bytes, _, dice) {
    const [start, end] = rangeIn(bytes, dice);
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
  },
  function double(bytes, _, dice) {
    const [start, end] = rangeIn(bytes, dice);
    return Buffer.concat([bytes.subarray(0, end), bytes.subarray(start)]);
  },
  function splice(bytes, other, dice) {
    return Buffer.concat([bytes.subarray(0, placeIn(bytes, dice)), other.subarray(placeIn(other, dice))]);
  },
  function insert(bytes, _, dice) {
    const at = placeIn(bytes, dice);
    return Buffer.concat([
      bytes.subarray(0, at),
      Buffer.from(dice.pick(TOKENS), 'latin1'),
      bytes.subarray(at),
    ]);
  },
];

/** The bytes after up to four mutations, or as they are: one in eight stays valid. The length of the body is often made to fit again. */
export function mutate(bytes: Buffer, other: Buffer, dice: Dice): Buffer {
  let mutated = bytes;
  for (let left = dice.below(8) % 5; left > 0; left--) {
    if (mutated.length > 0) mutated = dice.pick(MUTATIONS)(mutated, other, dice);
  }
  return dice.below(3) > 0 ? fitted(mutated) : mutated;
}

/** With a Content-Length that is that of the body, so that what is behind the framing is reached as well. */
function fitted(bytes: Buffer): Buffer {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return bytes;
  const head = bytes.subarray(0, end).toString('latin1');
  const length = bytes.length - end - 4;
  const fit = head.replace(/^content-length:[ \t]*\d+$/im, `Content-Length: ${length}`);
  return Buffer.concat([Buffer.from(fit, 'latin1'), bytes.subarray(end)]);
}

/** A place anywhere, or, as often, in the body: else most requests would not get past the reading of their head. */
function placeIn(bytes: Buffer, dice: Dice): number {
  const body = bytes.indexOf('\r\n\r\n') + 4;
  const inBody = dice.below(2) === 0 && body >= 4 && body < bytes.length;
  return inBody ? body + dice.below(bytes.length - body) : dice.below(bytes.length);
}

function rangeIn(bytes: Buffer, dice: Dice): readonly [start: number, end: number] {
  const start = placeIn(bytes, dice);
  return [start, Math.min(bytes.length, start + 1 + dice.below(40))];
}
