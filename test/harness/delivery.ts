import type { ConfigInput } from '../../src/config/schema/schema.ts';
import type { TestOptions } from '../../src/testing.ts';

type RuleInput = ConfigInput['rules'][number];

/** 32 bytes and more, for tests. */
export const SECRET = 'a secret for tests, which nobody needs to keep';

/** What is waited for where somebody never answers: one who does answer is in time for it on a busy machine too. */
export const PATIENCE = '2s';

const MANY = 1_000_000;

/** For tests that ask for more codes, or guess more of them, than one caller may: another wall than theirs would stop them. */
export const NO_LIMITS = {
  address: { hour: MANY, day: MANY },
  caller: { hour: MANY, wrong: MANY },
  ip: { hour: MANY, wrong: MANY },
  total: { minute: MANY },
} as const;

/** The rule of the story: a delivery note becomes "Delivered" with the customer's code only. */
export function deliveryRule(changes: Partial<RuleInput> = {}): RuleInput {
  return {
    id: 7,
    name: 'Delivery Confirmation OTP',
    module: 'DeliveryNotes',
    when: { changed_to: ['status', 'Delivered'] },
    send: { to: [{ channel: 'email', address: 'email' }] },
    ...changes,
  };
}

/** The code's policy for the rule, with the mail as it is sent. */
export function deliveryOptions(upstreamUrl: string, changes: Partial<TestOptions> = {}): TestOptions {
  return {
    listen: { port: 0 },
    admin: false,
    upstream: { url: upstreamUrl },
    modules: { DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes' } },
    rules: [deliveryRule()],
    ...changes,
  };
}

/** The same for `createGateway`, which wants all of it: memory store, outbox, silent log. */
export function gatewayOptions(upstreamUrl: string, changes: Partial<ConfigInput> = {}): ConfigInput {
  return {
    version: 1,
    secret: SECRET,
    store: { kind: 'memory' },
    log: { level: 'silent' },
    channels: { email: { kind: 'outbox' } },
    ...deliveryOptions(upstreamUrl),
    ...changes,
  };
}
