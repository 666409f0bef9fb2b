import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { compileOptions } from '../../src/config/load.ts';
import { aConfig, aRule, told } from './example.ts';

type Group = Record<string, unknown>;

const ACCOUNT = `AC${'0123456789abcdef'.repeat(2)}`;
const HOME = 'https://gate.acme.test/_countersign/reports/email';
const HEX = '0'.repeat(32);
const WHSEC = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const ENV = { TOKEN: 'a token that nobody knows', HOOK: WHSEC };

const twilio = (changes: Group = {}) => ({
  kind: 'twilio',
  accountSid: ACCOUNT,
  authToken: { env: 'TOKEN' },
  from: '+15017122661',
  ...changes,
});
const whatsapp = (changes: Group = {}) => ({
  kind: 'whatsapp',
  phoneNumberId: '106540352242922',
  token: { env: 'TOKEN' },
  template: 'verification_code',
  language: 'en_US',
  ...changes,
});
const webhook = (changes: Group = {}) => ({
  kind: 'webhook',
  url: 'https://codes.acme.test/in/',
  secret: { env: 'HOOK' },
  ...changes,
});
/** The channel under the name that the rule of the example sends by. */
const channel = (entry: Group, env: Record<string, string> = ENV) =>
  told({ channels: { email: entry } }, env);

function compiled(entry: Group, env: Record<string, string> = ENV) {
  const loaded = compileOptions(aConfig({ channels: { email: entry } }), env);
  if (!loaded.ok) throw new Error(told({ channels: { email: entry } }, env));
  return loaded.snapshot;
}

describe('a channel over HTTP', () => {
  test.each([
    [
      'twilio',
      twilio({ defaultCountry: 'BR', countries: ['BR', 'US'] }),
      {
        kind: 'twilio',
        baseUrl: 'https://api.twilio.com',
        accountSid: ACCOUNT,
        from: '+15017122661',
        defaultCountry: 'BR',
        countries: ['BR', 'US'],
        timeout: 5000,
      },
    ],
    [
      'whatsapp',
      whatsapp({ timeout: '2s' }),
      {
        kind: 'whatsapp',
        baseUrl: 'https://graph.facebook.com/v25.0',
        phoneNumberId: '106540352242922',
        template: 'verification_code',
        language: 'en_US',
        timeout: 2000,
      },
    ],
    [
      'webhook',
      webhook(),
      {
        kind: 'webhook',
        url: 'https://codes.acme.test/in/',
        address: 'phone',
        reports: false,
        timeout: 5000,
      },
    ],
  ])('of kind %s is compiled with its defaults, and shows no secret', (_, entry, expected) => {
    const snapshot = compiled(entry);
    expect(snapshot.channels.map(({ name, settings }) => ({ name, settings }))).toEqual([
      { name: 'email', settings: expected },
    ]);
    for (const text of [JSON.stringify(snapshot), inspect(snapshot, { depth: 9 })])
      expect(text).not.toMatch(/nobody knows|MfKQ9r8/);
  });

  test('that takes reports shows no secret of theirs, but to who asks by name', () => {
    const reportsIn = (entry: Group) => {
      const snapshot = compiled(entry);
      for (const text of [JSON.stringify(snapshot), inspect(snapshot, { depth: 9 })])
        expect(text).not.toMatch(/nobody knows|of the account|of the app/);
      return Reflect.get(snapshot.channels[0]?.settings ?? {}, 'reports');
    };
    expect(reportsIn(twilio({ reports: { url: HOME } }))).toEqual({ url: HOME });
    const byKey = { apiKeySid: `SK${HEX}`, reports: { url: HOME, authToken: 'of the account' } };
    expect(reportsIn(twilio(byKey))).toMatchObject({ url: HOME, authToken: 'of the account' });
    const reports = { appSecret: 'of the app', verifyToken: { env: 'TOKEN' } };
    expect(reportsIn(whatsapp({ reports }))).toMatchObject({
      appSecret: 'of the app',
      verifyToken: ENV.TOKEN,
    });
    expect(reportsIn(webhook({ reports: true }))).toBe(true);
  });

  test('has its secrets for who asks by name', () => {
    const of = (entry: Group, key: string) => Reflect.get(compiled(entry).channels[0]?.settings ?? {}, key);
    expect(of(twilio(), 'authToken')).toBe(ENV.TOKEN);
    expect(of(whatsapp(), 'token')).toBe(ENV.TOKEN);
    expect(of(webhook(), 'secret')).toBe(WHSEC);
    expect(of(webhook({ secret: [{ env: 'HOOK' }, WHSEC] }), 'secret')).toEqual([WHSEC, WHSEC]);
  });

  test.each([
    ['authToken', twilio({ authToken: 'one' }), twilio({ authToken: 'two' })],
    ['token', whatsapp({ token: 'one' }), whatsapp({ token: 'two' })],
    ['secret', webhook({ secret: WHSEC }), webhook({ secret: `${WHSEC}AAAA` })],
    [
      'reports.appSecret',
      whatsapp({ reports: { appSecret: 'one', verifyToken: 'a' } }),
      whatsapp({ reports: { appSecret: 'two', verifyToken: 'b' } }),
    ],
  ])('has a revision that does not follow its %s', (_, one, other) => {
    expect(compiled(one).revision).toBe(compiled(other).revision);
  });

  test.each([
    ['an account that is none', twilio({ accountSid: 'AC1' }), 'accountSid: must be AC and 32'],
    ['no sender', twilio({ from: undefined }), 'from: wants exactly one of from and messagingServiceSid'],
    ['two senders', twilio({ messagingServiceSid: `MG${HEX}` }), 'from: wants exactly one of from and'],
    ['a sender that is none', twilio({ from: 'Acme Corporation' }), 'from: must be a number'],
    ['a template for SMS', twilio({ contentSid: `HX${HEX}` }), 'contentSid: goes with'],
    ['WhatsApp without a template', twilio({ from: 'whatsapp:+14155238886' }), 'contentSid: goes with'],
    [
      'templates beside none',
      twilio({ contentSids: { es: `HX${HEX}` } }),
      'contentSids: goes with contentSid',
    ],
    [
      'a template for a language that is none',
      whatsapp({ languages: { es_MX: 'es_MX' } }),
      'languages.es_MX: must be a language such as es or es-MX',
    ],
    [
      'a language of templates that is none',
      whatsapp({ languages: { es: 'es-MX' } }),
      'languages.es: must be a language such as en_US',
    ],
    [
      'reports by another token than requests, and no key',
      twilio({ reports: { url: HOME, authToken: 'x' } }),
      'reports.authToken: goes with apiKeySid, and that with it',
    ],
    [
      'reports with a key, and no token of the account',
      twilio({ apiKeySid: `SK${HEX}`, reports: { url: HOME } }),
      'reports.authToken: goes with apiKeySid, and that with it',
    ],
    ['reports to nowhere', twilio({ reports: {} }), 'reports.url: is missing'],
    [
      'reports to a host that Twilio does not call',
      twilio({ reports: { url: HOME.replace('gate', 'my_gate') } }),
      'reports.url: has a host with "_"',
    ],
    [
      'reports with half of what they need',
      whatsapp({ reports: { appSecret: { env: 'TOKEN' } } }),
      'reports.verifyToken: is missing',
    ],
    [
      'reports with a secret that is not set',
      whatsapp({ reports: { appSecret: { env: 'NO_SUCH' }, verifyToken: 'x' } }),
      'reports.appSecret: the environment variable NO_SUCH is not set',
    ],
    ['reports of its own', webhook({ reports: { secret: 'x' } }), 'reports: must be true or false'],
    ['a country that is none', twilio({ countries: ['UK'] }), 'countries[0]: must be a country of ISO 3166'],
    ['a default that is none', whatsapp({ defaultCountry: 'br' }), 'defaultCountry: must be a country'],
    ['no countries', whatsapp({ countries: [] }), 'countries: must have at least 1 entry'],
    ['a number for an id', whatsapp({ phoneNumberId: '+1501' }), 'phoneNumberId: must be digits'],
    ['a language that is none', whatsapp({ language: 'English' }), 'language: must be a language'],
    [
      'a token that is not set',
      whatsapp({ token: { env: 'NO_SUCH' } }),
      'token: the environment variable NO_SUCH',
    ],
    ['a URL with a password', webhook({ url: 'https://a:b@c.test' }), 'url: must not hold a user name'],
    ['a secret that is none', webhook({ secret: { env: 'TOKEN' } }), 'secret: must lead to whsec_'],
    ['one of two that is none', webhook({ secret: [WHSEC, 'x'] }), 'secret[1]: must lead to whsec_'],
    ['a secret that is missing', webhook({ secret: undefined }), 'secret: is missing'],
  ])('is refused with %s', (_, entry, expected) => {
    expect(channel(entry).split('\n')).toEqual([
      expect.stringContaining(`error  channels.email.${expected}`),
    ]);
  });

  test.each([
    ['twilio', twilio({ from: 'Acme' })],
    ['twilio', twilio({ from: 'whatsapp:+14155238886', contentSid: `HX${HEX}`, apiKeySid: `SK${HEX}` })],
    ['twilio', twilio({ from: undefined, messagingServiceSid: `MG${HEX}` })],
    [
      'twilio',
      twilio({ from: 'whatsapp:+14155238886', contentSid: `HX${HEX}`, contentSids: { es: `HX${HEX}` } }),
    ],
    ['whatsapp', whatsapp({ languages: { es: 'es_MX', 'pt-BR': 'pt_BR' } })],
    ['whatsapp', whatsapp({ baseUrl: 'http://127.0.0.1:9/v25.0' })],
    ['webhook', webhook({ address: 'opaque' })],
  ])('of kind %s has nothing to be said against it: %j', (_, entry) => {
    expect(channel(entry)).toBe('');
  });
});

describe('accepted with a warning', () => {
  test.each([
    ['twilio', twilio({ baseUrl: 'http://proxy.acme.test' }), 'baseUrl'],
    ['webhook', webhook({ url: 'http://codes.acme.test/in' }), 'url'],
  ])('codes in clear to another machine, over %s', (_, entry, key) => {
    expect(channel(entry)).toContain(`warning  channels.email.${key}: codes travel in clear`);
  });

  test('reports that Twilio is told to send elsewhere', () => {
    const url = HOME.replace('email', 'mail');
    expect(channel(twilio({ reports: { url } }))).toContain(
      'warning  channels.email.reports.url: does not end with /_countersign/reports/email, where reports are taken',
    );
    expect(channel(twilio({ reports: { url: HOME.replace('.test', '.test/crm') } }))).toBe('');
  });

  test('a code that is longer than WhatsApp takes', () => {
    const rules = [aRule({ code: { length: 16 } })];
    const warned = 'warning  rules[0].send.to[0].channel: is never used: whatsapp takes codes of up to 15';
    expect(told({ channels: { email: whatsapp() }, rules }, ENV)).toContain(warned);
    expect(told({ channels: { email: twilio() }, rules }, ENV)).toBe('');
  });
});
