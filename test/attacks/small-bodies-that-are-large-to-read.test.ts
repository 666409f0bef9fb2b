import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { rawRequest, sendRaw } from '../harness/raw.ts';
import { openWorld, type World } from '../harness/world.ts';
import { countLetters } from './letters.ts';

/*
 * 12 kB of gzip are 8 MB of text, which anybody may send: nobody has shown yet that they may ask. What is done with it is counted here in letters:
 * those of all texts that are handed to what costs time for each of them. The gateway takes them here whatever they unpack to: by default these are refused, and
 * one that unpacks to less of its size costs as much.
 */

const ANY_RATIO = { upstream: {}, body: { ratio: 1_000_000 } };

const MEGABYTE = 1024 * 1024;
/** Of each letter of the body: read, looked through, compared with what a rule is about, written once. */
const LETTERS_EACH = 5;
const CREDENTIALS = ['Authorization: Bearer rep-1'];
/** The square of a length is not counted by letters: normalising a run of marks takes it, so no long text may come there. */
const LONGEST_NORMALISED = 20_000;

const long = (text: string, bytes: number) => text.repeat(Math.floor(bytes / Buffer.byteLength(text)));
const inField =
  (text: string, field = 'status') =>
  (bytes: number) =>
    `{"${field}":"${long(text, bytes - 20)}"}`;
const inData =
  (text: string, start = '') =>
  (bytes: number) =>
    JSON.stringify({ data: start + long(text, (bytes - 20) / 2) });
const names = (bytes: number) =>
  `{${Array.from({ length: Math.min(2000, bytes / 1000) }, (_, nth) => `"${'n'.repeat(90)}${nth}":1`).join(',')}}`;

type Write = (bytes: number) => string;
const JSON_TYPE = 'application/json';
const FORM = 'application/x-www-form-urlencoded';

/** As they stand in a text of JSON. */
const TEXTS: readonly (readonly [what: string, text: string])[] = [
  ['character references', '&#68;'],
  ['references that never end', '&#'],
  ['combining marks', 'D\u0301\u0302\u0303'],
  ['escaped NULs', '\\u0000'],
  ['astral characters', '\u{1f600}'],
  ['tags', '<b>'],
  ['backslashes', '\\\\'],
  ['escaped quotes', '\\"'],
  ['escaped line ends', '\\n'],
  ['blanks', ' '],
  ['percents', '%41'],
];

type Row = readonly [what: string, write: Write, type: string, each: number];

const BODIES: readonly Row[] = [
  ...TEXTS.map(([what, text]): Row => [what, inField(text), JSON_TYPE, LETTERS_EACH]),
  [
    'percents, encoded twice, in a form',
    (bytes) => `status=${long('%2544', bytes - 20)}`,
    FORM,
    LETTERS_EACH,
  ],
  ['names', names, JSON_TYPE, LETTERS_EACH],
  [
    'small wrappers',
    (bytes) => `{"a":[${'{"b":{"c":{"d":1}}},'.repeat(Math.min(2400, bytes / 20))}1]}`,
    JSON_TYPE,
    LETTERS_EACH,
  ],
  ['a text that may be JSON', inData('"a":{', '{'), JSON_TYPE, LETTERS_EACH],
  ['a text of quotes', inData('"', '['), JSON_TYPE, LETTERS_EACH],
  ['a text that may be a form', inData('a=&'), JSON_TYPE, LETTERS_EACH],
  [
    'a text of JSON in JSON',
    (bytes) => JSON.stringify({ data: JSON.stringify(JSON.stringify([long('x', bytes - 99)])) }),
    JSON_TYPE,
    // Three documents, each of which is read.
    15,
  ],
];

async function lettersFor(world: World, body: string, type: string, credentials: readonly string[] = []) {
  const headers = [`Content-Type: ${type}`, 'Content-Encoding: gzip', ...credentials];
  const request = rawRequest('PATCH /api/DeliveryNotes/45', headers, gzipSync(body));
  const { counted, stop } = countLetters();
  try {
    return { ...counted, ...(await sendRaw(Number(new URL(world.url).port), request)), counted };
  } finally {
    stop();
  }
}

describe('a body that is small on its way', () => {
  test.each(
    BODIES,
  )('takes a time that grows with its letters and no faster: %s', async (_, write, type, each) => {
    const world = await openWorld(ANY_RATIO, { auth: true });
    const half = await lettersFor(world, write(MEGABYTE), type);
    const whole = await lettersFor(world, write(2 * MEGABYTE), type);
    expect(whole.status).toBeGreaterThanOrEqual(400);
    expect(whole.counted.letters).toBeLessThan(each * 2 * MEGABYTE);
    expect(whole.counted.letters).toBeLessThan(2.5 * half.counted.letters + MEGABYTE);
    expect(whole.counted.normalised).toBeLessThan(LONGEST_NORMALISED);
  });

  test.each(
    BODIES,
  )('takes not much more of it where a code is asked for: %s', async (_, write, type, each) => {
    const world = await openWorld(ANY_RATIO, { auth: true });
    const { counted } = await lettersFor(world, write(MEGABYTE), type, CREDENTIALS);
    expect(counted.letters).toBeLessThan(each * MEGABYTE);
  });

  test.each(TEXTS)('takes not much more of it where it goes on, and arrives: %s', async (_, text) => {
    const world = await openWorld(ANY_RATIO, { auth: true });
    const body = inField(text, 'note')(MEGABYTE);
    const { counted, status } = await lettersFor(world, body, JSON_TYPE, CREDENTIALS);
    expect(status).toBe(200);
    expect(JSON.parse(String(world.crm.saves[0]?.body))).toEqual(JSON.parse(body));
    expect(counted.letters).toBeLessThan(LETTERS_EACH * MEGABYTE);
  });
});
