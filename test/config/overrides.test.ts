import { describe, expect, it } from 'vitest';
import { aRule, told } from './example.ts';

const CALLERS = { trustedProxies: ['127.0.0.1'], callers: [{ header: 'X-User', from: 'trustedProxies' }] };
const KEY = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const BY = { '==': [{ var: 'caller.role' }, 'manager'] };
const withOverride = (override: unknown, rule: object = {}, top: object = CALLERS) =>
  told({ rules: [aRule({ override, ...rule })], ...top });
const aSend = (overrideMessage: string) => ({
  to: [{ channel: 'email', address: 'email' }],
  overrideMessage,
});

describe('an override', () => {
  it('needs callers with names, and nothing beside', () => {
    expect(withOverride({ by: BY })).toBe(told(CALLERS));
    expect(withOverride({ by: BY }, {}, {})).toMatch(
      /warning {2}rules\[0\]\.override: wants verified names, and no "callers" are configured/,
    );
  });

  it.each([
    ['that says nobody', {}, {}, /error {2}rules\[0\]\.override\.by/],
    ['that reads the save', { by: { changed: 'status' } }, {}, /error {2}rules\[0\]\.override\.by/],
    [
      'of reads',
      { by: BY },
      { on: ['read'], when: true, onCreate: 'allow' },
      /error {2}rules\[0\]\.override: is for saves/,
    ],
    [
      'whose text has a code',
      { by: BY },
      { send: aSend('{{code}}') },
      /error {2}rules\[0\]\.send\.overrideMessage/,
    ],
  ])('%s is a fault', (_name, override, rule, text) => {
    expect(withOverride(override, rule)).toMatch(text);
  });

  it('has a text that nobody gets where nobody may vouch', () => {
    expect(told({ rules: [aRule({ send: aSend('{{reason}}') })] })).toMatch(
      /error {2}rules\[0\]\.send\.overrideMessage: has no effect/,
    );
    expect(withOverride({ by: BY }, { send: aSend('{{reason}} {{caller.user}} {{record.subject}}') })).toBe(
      told(CALLERS),
    );
  });
});

describe('events', () => {
  const withEvents = (event: object, top: object = {}) =>
    told({ events: [{ url: 'https://x.example/', secret: KEY, ...event }], ...top });

  it('need a receiver and a key', () => {
    expect(withEvents({})).toBe(told({}));
    expect(withEvents({ secret: 'short' })).toMatch(/error {2}events\[0\]\.secret: must lead to whsec_/);
    expect(withEvents({ secret: [KEY, 'short'] })).toMatch(/error {2}events\[0\]\.secret\[1\]/);
  });

  it('of a kind that there is not are told with what was probably meant', () => {
    expect(withEvents({ on: ['code-declind'] })).toMatch(/error {2}events\[0\]\.on\[0\].*code-declined/);
  });

  it('in memory, or in clear, are warned of', () => {
    expect(withEvents({}, { store: { kind: 'memory' } })).toMatch(
      /warning {2}events\[0\]: is kept in memory only/,
    );
    expect(withEvents({ url: 'http://x.example/' })).toMatch(/warning {2}events\[0\]\.url: travels in clear/);
  });
});
