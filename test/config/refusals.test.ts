import { describe, expect, test } from 'vitest';
import { aConfig, aRule, told } from './example.ts';

const modules = (path: string) => ({ modules: { DeliveryNotes: { dialect: 'rest', path } } });
const code = (changes: object) => ({ rules: [aRule({ code: changes })] });
const rule = (changes: Record<string, unknown>) => ({ rules: [aRule(changes)] });
const smtp = (changes: object) => ({
  channels: { email: { kind: 'smtp', host: 'localhost', port: 25, from: 'codes@acme.test', ...changes } },
});
const send = (changes: object) =>
  rule({ send: { to: [{ channel: 'email', address: 'email' }], ...changes } });
const redis = (changes: object) => ({ store: { kind: 'redis', ...changes } });
const PLACES = [{ host: 'a', port: 1 }];
const upstream = (changes: object) => ({ upstream: { url: 'http://localhost', ...changes } });

const REFUSED: readonly [string, Record<string, unknown>, string][] = [
  ['another version', { version: 2 }, 'version: must be 1'],
  [
    'a code sent ahead for criteria that leave its values open',
    rule({
      when: { changed: 'amount' },
      send: { to: [{ channel: 'email', address: 'email' }], when: { changed_to: ['status', 'Sent'] } },
    }),
    'rules[0].send.when: sends a code before the save that it confirms is known: "when" does not say which new value of amount',
  ],
  [
    'a code sent ahead for a whole save',
    rule({
      binds: 'body',
      send: { to: [{ channel: 'email', address: 'email' }], when: { changed_to: ['status', 'Sent'] } },
    }),
    'rules[0].send.when: sends a code before the save that it confirms is known: with "binds: body"',
  ],
  ['an unknown key', { upsteam: {} }, 'upsteam: unknown key (did you mean "upstream"?)'],
  ['a key that nobody knows', { visitors: [] }, 'visitors: unknown key; known are'],
  [
    'an unknown key far from any other',
    code({ zzzzzzzz: 1 }),
    'rules[0].code.zzzzzzzz: unknown key; known are type, length',
  ],
  ['a missing key', { upstream: {} }, 'upstream.url: is missing'],
  ['a missing section', { store: undefined }, 'store: is missing'],
  [
    'a missing kind',
    { store: {} },
    'store.kind: is missing; it must be one of memory, sqlite, redis, postgres',
  ],
  [
    'an unknown kind',
    { store: { kind: 'sqlit', path: 'x' } },
    'store.kind: must be one of memory, sqlite, redis, postgres (did you mean "sqlite"?)',
  ],
  [
    'workers over a store that they cannot share',
    { workers: 2, store: { kind: 'memory' } },
    'workers: more than one needs a store that they can share: sqlite, redis or postgres',
  ],
  [
    'a Postgres with its password in the address',
    { store: { kind: 'postgres', url: 'postgres://gate:hidden@db.test/countersign' } },
    'store.url: must be postgres://host:port/database, without user and password',
  ],
  ['a Redis that is nowhere', redis({}), 'store.url: wants exactly one of url, sentinels and nodes'],
  ['a Redis in two places', redis({ url: 'redis://a:1', nodes: PLACES }), 'store.url: wants exactly one of'],
  ['Sentinels without a name', redis({ sentinels: PLACES }), 'store.name: goes with sentinels'],
  ['a name without Sentinels', redis({ url: 'redis://a:1', name: 'x' }), 'store.name: goes with sentinels'],
  ['no Sentinels', redis({ sentinels: [], name: 'x' }), 'store.sentinels: must have at least 1 entry'],
  ['no nodes', redis({ nodes: [] }), 'store.nodes: must have at least 1 entry'],
  ['a Redis of another scheme', redis({ url: 'http://a:1' }), 'store.url: must be redis://host:port'],
  ['a password in the URL', redis({ url: 'redis://u:p@a:1' }), 'store.url: must be redis://host:port'],
  [
    'a Redis password that is not set',
    redis({ url: 'redis://a:1', password: { env: 'NO_SUCH' } }),
    'store.password: the environment variable NO_SUCH is not set',
  ],
  [
    'a wait as long as the command timeout',
    redis({ url: 'redis://a:1', wait: '500ms', commandTimeout: '500ms' }),
    'store.wait: must be less than commandTimeout',
  ],
  ['half a replica', redis({ url: 'redis://a:1', minReplicas: 0.5 }), 'store.minReplicas: must be a whole'],
  ['a misspelt key of Redis', redis({ ulr: 'redis://a:1', url: 'redis://a:1' }), 'did you mean "url"?'],
  [
    'an unknown dialect',
    { modules: { DeliveryNotes: { dialect: 'rst', path: '/a' } } },
    'dialect: must be one of rest, suitecrm, espocrm, salesforce, vtiger-webservice, vtiger-rest, odata, graphql, frappe, odoo (did you mean "rest"?)',
  ],
  [
    'an unknown value',
    { unmappedWrites: 'refused' },
    'must be one of refuse, forward (did you mean "refuse"?)',
  ],
  ['somebody asked by what is saved', rule({ appliesTo: { changed: 'status' } }), 'may read the caller only'],
  [
    'a token with two kinds of keys',
    { callers: [{ jwt: { jwksUrl: 'https://a.test', secret: 'x'.repeat(32) } }] },
    'wants exactly one of jwksUrl and secret',
  ],
  ['a mode that is none', rule({ mode: 'dry' }), 'rules[0].mode: must be one of enforce, shadow, off'],
  ['a text for a number', { listen: { port: '80' } }, 'listen.port: must be a whole number'],
  ['a port beyond the last', { listen: { port: 65536 } }, 'listen.port: must be at most 65535'],
  ['a port below the first', { listen: { port: -1 } }, 'listen.port: must be at least 0'],
  ['a broken port', { listen: { port: 80.5 } }, 'listen.port: must be a whole number'],
  ['a host with a port', { listen: { host: 'a:80' } }, 'listen.host: must be a host name or an address'],
  ['admin: true', { admin: true }, 'admin: must be false, or a host and a port'],
  ['a misspelt key below admin', { admin: { prot: 1 } }, 'admin.prot: unknown key (did you mean "port"?)'],
  ['a duration without a unit', upstream({ timeout: '30' }), 'upstream.timeout: must be a duration such as'],
  ['a duration that is a number', upstream({ timeout: 30 }), 'upstream.timeout: must be a duration such as'],
  ['a duration that is too short', code({ validFor: '1s' }), 'rules[0].code.validFor: must be at least 10s'],
  ['a duration that is too long', code({ validFor: '25h' }), 'rules[0].code.validFor: must be at most 24h'],
  [
    'a size with an unknown unit',
    { body: { limit: '8MB' } },
    'body.limit: must be a number of bytes, or a size',
  ],
  ['a size of nothing', { body: { limit: 0 } }, 'body.limit: must be between 1 byte'],
  ['a budget below the limit', { body: { budget: '1MiB' } }, 'body.budget: is smaller than limit'],
  [
    'a URL of another scheme',
    upstream({ url: 'ftp://crm.test' }),
    'upstream.url: must start with http:// or https://',
  ],
  [
    'a URL with credentials',
    upstream({ url: 'http://a:b@crm.test' }),
    'upstream.url: must not hold a user name',
  ],
  ['a URL with a query', upstream({ url: 'http://crm.test/?a' }), 'upstream.url: must not have a query'],
  ['what is no URL', upstream({ url: 'crm' }), 'upstream.url: must be a URL'],
  [
    'a file of certificates that is missing',
    upstream({ caFile: 'no-such.pem' }),
    'cannot be read: there is no such file',
  ],
  [
    'a proxy that is no address',
    { trustedProxies: ['10.0.0.0/33'] },
    'trustedProxies[0]: must be an address or a network',
  ],
  ['** in the middle', { passthrough: ['/a/**/b'] }, 'passthrough[0]: must be a path whose segments'],
  ['* as a part of a segment', { passthrough: ['/a*'] }, 'passthrough[0]: must be a path whose segments'],
  ['dots in a pattern', { passthrough: ['/a/../b'] }, 'passthrough[0]: must be a path whose segments'],
  ['a pattern without a slash', { passthrough: ['a'] }, 'passthrough[0]: must be a path whose segments'],
  [
    'a pattern over a module',
    { passthrough: ['/api/**'] },
    'passthrough[0]: would let saves of DeliveryNotes',
  ],
  ['a pattern over everything', { passthrough: ['/**'] }, 'passthrough[0]: would let saves of DeliveryNotes'],
  [
    'a pattern over a module in another case',
    { passthrough: ['/API/deliverynotes'] },
    'would let saves of DeliveryNotes',
  ],
  ['a pattern over records', { passthrough: ['/api/*/*'] }, 'would let saves of DeliveryNotes'],
  [
    'a pattern over one record',
    { passthrough: ['/api/DeliveryNotes/45'] },
    'would let saves of DeliveryNotes',
  ],
  [
    'a pattern under the reserved prefix',
    { passthrough: ['/_countersign/**'] },
    "passthrough[0]: /_countersign is countersign's own",
  ],
  ['a module under the reserved prefix', modules('/_Countersign/x'), "/_countersign is countersign's own"],
  ['a path with a slash at its end', modules('/api/'), 'modules.DeliveryNotes.path: must be a path'],
  ['an encoded path', modules('/a%2fb'), 'modules.DeliveryNotes.path: must be a path'],
  ['a path with dots', modules('/a/./b'), 'modules.DeliveryNotes.path: must be a path'],
  [
    'a module with a strange name',
    { modules: { 'a b': { dialect: 'rest', path: '/a' } }, rules: [] },
    'modules["a b"]: a name here has letters',
  ],
  [
    'a pointer without a slash',
    { modules: { DeliveryNotes: { dialect: 'rest', path: '/a', fields: 'data' } } },
    'fields: must be a JSON pointer',
  ],
  [
    'an unknown module',
    rule({ module: 'DeliveryNote' }),
    'rules[0].module: there is no module "DeliveryNote" (did you mean "DeliveryNotes"?)',
  ],
  [
    'an unknown channel',
    send({ to: [{ channel: 'emial', address: 'e' }] }),
    'rules[0].send.to[0].channel: there is no channel "emial" (did you mean "email"?)',
  ],
  ['nowhere to send to', send({ to: [] }), 'rules[0].send.to: must have at least 1 entry'],
  [
    'an unknown channel kind',
    { channels: { email: { kind: 'pigeon' } } },
    'channels.email.kind: must be one of smtp, twilio, whatsapp, webhook, http, outbox',
  ],
  ['a sender that is two', smtp({ from: 'a@b.test, c@d.test' }), 'channels.email.from: must be one address'],
  [
    'a sender with a line break',
    smtp({ from: 'A\nBcc: x@y.test <a@b.test>' }),
    'channels.email.from: must be one address',
  ],
  ['a user without a password', smtp({ user: 'a' }), 'channels.email: user and password belong together'],
  [
    'a password that is not set',
    smtp({ user: 'a', password: { env: 'NO_SUCH' } }),
    'channels.email.password: the environment variable NO_SUCH is not set',
  ],
  ['a message without the code', send({ message: 'Hello' }), 'rules[0].send.message: does not show the code'],
  [
    'a message with an unknown place',
    send({ message: '{{code}} {{cod}}' }),
    'rules[0].send.message: {{cod}} is unknown',
  ],
  ['a subject of two lines', send({ subject: 'a\nb' }), 'rules[0].send.subject: must be one line'],
  [
    'criteria of two keys',
    rule({ when: { changed: 'a', var: 'b' } }),
    'rules[0].when: a node has exactly one operator',
  ],
  ['no criteria', rule({ when: undefined }), 'rules[0].when: is missing'],
  ['criteria that are a text', rule({ when: 'yes' }), 'rules[0].when: must be true, or criteria'],
  [
    'an unknown operator',
    rule({ when: { and: [{ change_to: ['a', 'b'] }] } }),
    'rules[0].when.and[0].change_to: unknown operator (did you mean "changed_to"?)',
  ],
  ['too short a code', code({ length: 3 }), 'rules[0].code.length: must be at least 4'],
  ['an id with other marks', rule({ id: '7 a' }), 'rules[0].id: has letters, digits'],
  ['a nameless name', rule({ name: '§ & ü' }), 'rules[0].name: has no letter or digit of the alphabet'],
  ['a short secret', { secret: 'short' }, 'secret: the secret has 5 bytes; at least 32 are needed'],
  [
    'a secret that is not set',
    { secret: { env: 'NO_SUCH' } },
    'secret: the environment variable NO_SUCH is not set',
  ],
  [
    'a secret whose file is missing',
    { secret: { file: 'no-such-file' } },
    'secret: the file no-such-file cannot be read: there is no such file',
  ],
  [
    'one bad secret in a list',
    { secret: ['x'.repeat(32), { env: 'NO_SUCH' }] },
    'secret[1]: the environment variable NO_SUCH is not set',
  ],
  ['a misspelt reference', { secret: { evn: 'A' } }, 'secret.evn: unknown key (did you mean "env"?)'],
];

describe('refused, and nothing else is said', () => {
  test.each(REFUSED)('%s', (_, changes, expected) => {
    const lines = told(changes).split('\n');
    const errors = lines.filter((line) => line.startsWith('error'));
    expect(errors).toEqual([expect.stringContaining(expected)]);
  });
});

describe('rules whose names meet', () => {
  test.each([
    ['two ids in another case', { id: 'A7', name: 'x' }, { id: 'a7', name: 'y' }, 'rules[1].id'],
    ['two names', { id: 1, name: 'Test Rule & 1' }, { id: 2, name: 'testrule1' }, 'rules[1].name'],
    ['an id and a name', { id: 'TestRule', name: 'x' }, { id: 2, name: 'Test rule' }, 'rules[1].name'],
    ['a name and an id', { name: 'Test rule' }, { id: 'test-rule', name: 'z' }, 'rules[1].id'],
    ['one that is off', { id: 1, name: 'x', mode: 'off' }, { id: 1, name: 'y' }, 'rules[1].id'],
  ])('%s', (_, one, other, path) => {
    expect(told({ rules: [aRule(one), aRule(other)] })).toMatch(
      new RegExp(`^error  ${path.replace(/[[\]]/g, '\\$&')}: meets rules\\[0\\]`),
    );
  });
});

describe('modules whose paths overlap', () => {
  test.each([
    ['/api/A', '/API/a', true],
    ['/api/A', '/api/A/lines', true],
    ['/api/A/lines', '/api/A', true],
    ['/api/A', '/api/AB', false],
  ])('%s and %s', (one, other, refused) => {
    const modules = {
      DeliveryNotes: { dialect: 'rest', path: one },
      Other: { dialect: 'rest', path: other },
    };
    expect(told({ modules })).toBe(
      refused
        ? 'error  modules.Other.path: overlaps with the path of DeliveryNotes: a request would be about both'
        : '',
    );
  });
});

test('The least that is needed has no problem, and the neighbours of what is refused pass', () => {
  expect(told({})).toBe('');
  expect(
    told({
      passthrough: ['/', '/api/Contacts/**', '/api/*/*/attachments'],
      admin: false,
      listen: { port: 0 },
    }),
  ).toBe('');
  expect(aConfig()).not.toHaveProperty('listen');
});
