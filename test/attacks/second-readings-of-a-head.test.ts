import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bytesOf, type Draft, draftOf } from './disguises/draft.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const json = draftOf('application/json', '{"status":"Delivered"}');
const harmless = draftOf('application/json', '{"notes":"x"}');
const get = { ...harmless, method: 'GET', contentType: undefined, body: Buffer.alloc(0) };

describe('nothing arrives of a request whose head says a second thing to some server', () => {
  it.each<[string, Draft]>([
    ['a method in the query of a read', { ...get, query: '?_method=PUT&status=Delivered' }],
    ['the same as Salesforce spells it', { ...get, query: '?_HttpMethod=PATCH&status=Delivered' }],
    ['a field whose name is encoded twice', { ...harmless, query: '?%2573tatus=Delivered' }],
    ['a field in %u, which .NET undoes', { ...harmless, query: '?%u0073tatus=Delivered' }],
    ['a field in an overlong form', { ...harmless, query: '?%C1%B3tatus=Delivered' }],
    ['a field with a byte that is no UTF-8', { ...harmless, query: '?sta%FFtus=Delivered' }],
    ['an overlong name in a form', draftOf('application/x-www-form-urlencoded', '%C1%B3tatus=Delivered')],
    [
      'an overlong name of three bytes',
      draftOf('application/x-www-form-urlencoded', '%E0%81%B3tatus=Delivered'),
    ],
    ['a path that is encoded three times', { ...json, method: 'GET', path: '/api/Delivery%25254eotes/45' }],
    [
      'overlong dots in a path',
      { ...json, method: 'GET', path: '/api/Contacts/%c0%ae%c0%ae/DeliveryNotes/45' },
    ],
    ['a content type spelled with a dot', { ...json, headers: ['Content.Type: text/plain'] }],
    [
      'two overrides of a read, the first of them harmless',
      { ...get, path: '/api/Other/5', headers: ['X-HTTP-Method-Override: GET', 'X-HTTP-Method: PUT'] },
    ],
    [
      'an override spelled with dots',
      { ...get, path: '/api/Other/5', headers: ['X.HTTP.Method.Override: PUT'] },
    ],
  ])('%s', async (_, draft) => {
    const { answer, arrived } = await stage.send(bytesOf(draft));
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(arrived).toEqual([]);
  });

  it('an override spelled with dots does not go along with a save', async () => {
    const { arrived } = await stage.send(
      bytesOf({ ...harmless, headers: ['X.HTTP.Method.Override: DELETE'] }),
    );
    expect(arrived.flatMap(({ headers }) => headers.map(([name]) => name.toLowerCase()))).not.toContain(
      'x.http.method.override',
    );
  });
});

it('reads with queries of their own pass', async () => {
  const { arrived } = await stage.send(
    bytesOf({ ...get, query: '?status=Delivered&filter%5Bname%5D=100%25' }),
  );
  expect(arrived.map(({ query }) => query)).toEqual(['status=Delivered&filter%5Bname%5D=100%25']);
});
