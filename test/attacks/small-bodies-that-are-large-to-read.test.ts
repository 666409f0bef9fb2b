import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { rawRequest, sendRaw } from '../harness/raw.ts';
import { openWorld, type World } from '../harness/world.ts';
import { countLetters } from './letters.ts';

/*
 * 12 kB of gzip are 8 MB of text, which anybody may send: nobody has shown yet that they may ask. What is done with it is counted here in letters:
 * those of all texts that are handed to what costs time for each of them.
 */

const MEGABYTE = 1024 * 1024;
/** Of each letter of the body: read, unescaped, looked through a few times. */
const LETTERS_EACH = 20;
/** The square of a length is not counted by letters: normalising a run of marks takes it, so no long text may come there. */
const LONGEST_NORMALISED = 20_000;

const long = (text: string, bytes: number) => text.repeat(Math.floor(bytes / Buffer.byteLength(text)));
const inField = (text: string) => (bytes: number) => `{"status":"${long(text, bytes - 20)}"}`;
const inData =
  (text: string, start = '') =>
  (bytes: number) =>
    JSON.stringify({ data: start + long(text, (bytes - 20) / 2) });
const names = (bytes: number) =>
  `{${Array.from({ length: 9000 }, (_, nth) => `"${nth}${'n'.repeat(Math.floor(bytes / 9000) - 12)}":1`).join(',')}}`;

type Write = (bytes: number) => string;
const JSON_TYPE = 'application/json';
const FORM = 'application/x-www-form-urlencoded';

const BODIES: readonly (readonly [what: string, write: Write, type: string])[] = [
  ['character references', inField('&#68;'), JSON_TYPE],
  ['references that never end', inField('&#'), JSON_TYPE],
  ['combining marks', inField('D\u0301\u0302\u0303'), JSON_TYPE],
  ['escaped NULs', inField('\\u0000'), JSON_TYPE],
  ['astral characters', inField('\u{1f600}'), JSON_TYPE],
  ['tags', inField('<b>'), JSON_TYPE],
  ['backslashes', inField('\\\\'), JSON_TYPE],
  ['percents, encoded twice, in a form', (bytes) => `status=${long('%2544', bytes - 20)}`, FORM],
  ['names', names, JSON_TYPE],
  [
    'small wrappers',
    (bytes) => `{"a":[${'{"b":{"c":{"d":1}}},'.repeat(Math.min(2400, bytes / 20))}1]}`,
    JSON_TYPE,
  ],
  ['a text that may be JSON', inData('"a":{', '{'), JSON_TYPE],
  ['a text of quotes', inData('"', '['), JSON_TYPE],
  ['a text that may be a form', inData('a=&'), JSON_TYPE],
  [
    'a text of JSON in JSON',
    (bytes) => JSON.stringify({ data: JSON.stringify(JSON.stringify([long('x', bytes - 99)])) }),
    JSON_TYPE,
  ],
];

async function lettersFor(world: World, body: string, type: string) {
  const headers = [`Content-Type: ${type}`, 'Content-Encoding: gzip'];
  const request = rawRequest('PATCH /api/DeliveryNotes/45', headers, gzipSync(body));
  const { counted, stop } = countLetters();
  try {
    return { ...counted, ...(await sendRaw(Number(new URL(world.url).port), request)), counted };
  } finally {
    stop();
  }
}

describe('a body that is small on its way', () => {
  test.each(BODIES)('takes a time that grows with its letters and no faster: %s', async (_, write, type) => {
    const world = await openWorld({ upstream: {} }, { auth: true });
    const half = await lettersFor(world, write(MEGABYTE), type);
    const whole = await lettersFor(world, write(2 * MEGABYTE), type);
    expect(whole.status).toBeGreaterThanOrEqual(400);
    expect(whole.counted.letters).toBeLessThan(LETTERS_EACH * 2 * MEGABYTE);
    expect(whole.counted.letters).toBeLessThan(2.5 * half.counted.letters + MEGABYTE);
    expect(whole.counted.normalised).toBeLessThan(LONGEST_NORMALISED);
  });
});
