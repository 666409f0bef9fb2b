import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mayBecome } from '../../src/core/likeness/likeness.ts';
import { bytesOf, draftOf } from './disguises/draft.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

describe('a value that some database stores as the guarded one needs a code', () => {
  it.each([
    ['white letters on black', '🅓elivered'],
    ['white letters in squares', '🅳elivered'],
    ['an eth', 'ðelivered'],
    ['an insular letter', 'ꝺelivered'],
    ['a tatweel', 'Deli\u0640vered'],
    ['what a narrow column cuts off', `Delivered${' '.repeat(7)}x`],
    ['what `utf8` of three bytes cuts off', 'Delivered😀 not yet'],
    ['what a C string cuts off', 'Delivered\0not yet'],
    ['two cuts, the first of which is none', 'Deliver\0ed📦 not yet'],
    ['tags that strip_tags takes out', '<b>Delivered</b>'],
    ['a tag without an end', 'Delivered<img src=x'],
    ['encoded tags', '&lt;b&gt;Delivered'],
    ['a backslash that stripslashes takes out', 'Deliver\\ed'],
    ['an escape of JSON, read once more', '\\u0044elivered'],
    ['an escape of JavaScript', '\\u{44}elivered'],
    ['an escape of JSON5', '\\x44elivered'],
    ['an escape of YAML', '\\U00000044elivered'],
    ['an escape of stripcslashes', '\\104elivered'],
    ['a reference within a reference', '&amp;#68;elivered'],
    ['a reference within an escape', '\\u0026#68;elivered'],
    ['percent-encoding within an escape', '\\u002544elivered'],
    ['a tag within references within references', '&amp;lt;b&amp;gt;Delivered'],
    ['what unescape decodes', '%u0044elivered'],
    ['the same, encoded twice', '%25u0044elivered'],
  ])('%s', async (_, status) => {
    const { answer, arrived } = await stage.send(
      bytesOf(draftOf('application/json', JSON.stringify({ status }), 'PUT')),
    );
    expect([428, 429]).toContain(answer.status);
    expect(arrived.filter(({ method }) => method === 'PUT')).toEqual([]);
  });

  it('ß is one s to general_ci, and two to unicode_ci', () => {
    expect(mayBecome('Cloßed', 'Closed')).toBe(true);
    expect(mayBecome('Paßed', 'Passed')).toBe(true);
  });

  it('a list or an object below the name, or a pair of name and value, in a wrapped save', async () => {
    for (const body of [
      '{"update":{"status":["Delivered"]}}',
      '{"update":[{"status":{"set":"Delivered"}}]}',
      '{"fields":[{"name":"status","value":"Delivered"}]}',
    ]) {
      const { answer } = await stage.send(bytesOf(draftOf('application/json', body)));
      expect([422, 428, 429]).toContain(answer.status);
    }
  });
});

it('values that only begin alike or have markup of their own pass', async () => {
  for (const status of [
    'Delivered to neighbour',
    'Delivery <b>failed</b>',
    'In Transit  x',
    'C:\\Delivered',
    'Delivery &amp;amp; pick-up',
    'C:\\104\\x44',
    'C:\\u0044',
    '100 %u',
    'a < b',
  ]) {
    const { answer, arrived } = await stage.send(
      bytesOf(draftOf('application/json', JSON.stringify({ status }), 'PUT')),
    );
    expect([status, answer.status]).toEqual([status, 200]);
    // A backslash is written so that `stripslashes` changes nothing in it.
    const written = JSON.stringify({ status }).replaceAll('\\\\', '\\u005c');
    expect(arrived.map(({ body }) => body.toString()).at(-1)).toBe(written);
  }
});
