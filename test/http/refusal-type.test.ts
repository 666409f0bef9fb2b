import { expect, it } from 'vitest';
import { DELIVERED, JSON_TYPE, NOTE, stage } from './stage.ts';

const PROBLEM = 'application/problem+json';
const JSON_ITSELF = 'application/json';

it.each([
  ['', PROBLEM],
  ['*/*', PROBLEM],
  ['application/json, text/plain, */*', PROBLEM],
  ['application/*', PROBLEM],
  ['application/problem+json', PROBLEM],
  ['Application/Problem+JSON; q=0.5, application/json', PROBLEM],
  ['application/json', JSON_ITSELF],
  ['application/json, text/plain', JSON_ITSELF],
  ['text/html', JSON_ITSELF],
  ['application/json, */*;q=0', JSON_ITSELF],
  ['application/problem+json;q=0.0, application/json', JSON_ITSELF],
])('a client that accepts %j gets %s, with the same members', async (accept, type) => {
  const scene = await stage();
  const headers = accept === '' ? [JSON_TYPE] : [JSON_TYPE, `Accept: ${accept}`];
  const answer = await scene.send(`PUT ${NOTE}`, headers, DELIVERED);
  expect([answer.status, answer.headers['content-type']]).toEqual([428, type]);
  const members = ['type', 'title', 'status', 'detail', 'rules'];
  expect(Object.keys(JSON.parse(answer.body))).toEqual(expect.arrayContaining(members));
});
