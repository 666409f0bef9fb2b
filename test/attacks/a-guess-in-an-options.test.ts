import { expect, onTestFinished, test } from 'vitest';
import { startStandIn } from '../../src/testing/stand-in.ts';
import { createTestGateway, type TestOptions } from '../../src/testing.ts';
import { repOf } from '../harness/rep.ts';

/*
 * A CRM that loads the record before it looks at the method, or takes an OPTIONS for a GET, answers one with 404, or with another count, where the filter in
 * its address does not match: what may be done would tell what is stored, and in a module that hides who is there, that somebody is.
 */

const person = { id: '1', number: '4721', net: '5210', phone: '+5511987654378' };
const FIND = { path: '/api/people', query: 'number', record: '/0' } as const;
const RULE: TestOptions['rules'][number] = {
  id: 9,
  name: 'Person',
  module: 'People',
  on: ['read'],
  when: true,
  grant: {},
  send: { to: [{ channel: 'sms', address: 'phone' }] },
};

async function open(lookup: object = FIND, rules: TestOptions['rules'] = [RULE], more: object = {}) {
  const crm = await startStandIn(({ query }) => {
    const isFound =
      Number(person.net) > Number(query.get('net__gt') ?? 0) && [null, '4721'].includes(query.get('number'));
    const headers = { allow: 'GET, PATCH, OPTIONS', 'x-total-count': isFound ? '1' : '0' };
    return { status: isFound ? 200 : 404, headers, body: isFound ? person : {} };
  });
  const gateway = createTestGateway({
    upstream: { url: crm.url },
    modules: { People: { dialect: 'rest', path: '/api/people', lookup, ...more } },
    channels: { sms: { kind: 'outbox', address: 'phone' } },
    rules,
  } as TestOptions);
  const { url } = await gateway.listen();
  onTestFinished(async () => {
    await gateway.close();
    await crm.close();
  });
  const rep = repOf(url);
  const ask = async (path: string) => {
    const { status, text, headers } = await rep.call('OPTIONS', path);
    return [status, text, headers.get('x-total-count'), headers.get('allow')];
  };
  return { crm, ask };
}

test.each([
  ['of a record', '/api/people/1', 'net__gt=5000', 'net__gt=6000', FIND],
  ['of the list', '/api/people', 'net__gt=5000', 'net__gt=6000', FIND],
  ['of a list that is hidden', '/api/people', 'number=4721', 'number=4722', { ...FIND, enumeration: 'hide' }],
])('an OPTIONS %s tells nobody whether a guess is right', async (_what, path, right, wrong, lookup) => {
  const { crm, ask } = await open(lookup);
  const heard = await ask(`${path}?${right}`);
  expect(heard).toEqual(await ask(`${path}?${wrong}`));
  expect(heard.slice(0, 2)).toEqual([200, '']);
  expect(crm.received.map((one) => one.path)).toEqual([path, path]);
});

test('honest: what may be done with a record is asked, and of one whose reads nobody guards with all of its query', async () => {
  const { ask } = await open();
  expect((await ask('/api/people/1')).at(-1)).toBe('GET, PATCH, OPTIONS');
  const unguarded = await open(FIND, [
    { ...RULE, on: ['update'], grant: undefined, when: { changed: 'net' } },
  ] as never);
  await unguarded.ask('/api/people/1?view=short');
  expect(unguarded.crm.received.map((one) => one.path)).toEqual(['/api/people/1?view=short']);
});

test('honest: who asks in the address is known by it', async () => {
  const { crm, ask } = await open(FIND, [RULE], { credentialQuery: ['key'] });
  await ask('/api/people/1?key=abc&net__gt=5000');
  expect(crm.received.map((one) => one.path)).toEqual(['/api/people/1?key=abc']);
});
