import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { readTestFile, runCases } from '../../src/cli/rules/test-file.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { SECRET } from '../harness/delivery.ts';
import { openFolder } from '../harness/world.ts';
import { openKitchen } from './kitchen.ts';
import { type Case, type Recipe, readCookbook } from './recipe.ts';

const recipes = readCookbook();
const named = recipes.map((recipe) => [recipe.title, recipe] as const);
const env = { COUNTERSIGN_SECRET: SECRET, TWILIO_AUTH_TOKEN: 'x', CRM_TOKEN_SECRET: SECRET };

beforeAll(() => {
  Object.assign(process.env, env);
  return () => {
    for (const name of Object.keys(env)) delete process.env[name];
  };
});

function written(options: ConfigInput): string {
  const path = join(openFolder(), 'countersign.yaml');
  writeFileSync(path, stringify(options));
  return path;
}

test('there are ten recipes and more, each with what is easily forgotten', () => {
  expect(recipes.length).toBeGreaterThanOrEqual(10);
  for (const { title, pitfalls } of recipes) expect(pitfalls.length, title).toBeGreaterThanOrEqual(2);
});

test('all recipes stand together in one file', () => {
  const loaded = loadConfig(written(together(recipes)), env);
  expect(loaded).toMatchObject({ ok: true });
});

function together(all: readonly Recipe[]): ConfigInput {
  const [first] = all;
  if (!first) throw new Error('there is no recipe');
  const callers = all.flatMap(({ options }) => options.callers ?? []);
  const modules = Object.assign({}, ...all.map(({ options }) => options.modules)) as ConfigInput['modules'];
  return { ...first.options, callers, modules, rules: all.flatMap(({ options }) => options.rules) };
}

describe.each(named)('%s', (_, recipe) => {
  const { options, cases, seen } = recipe;

  test('is accepted as it stands', () => {
    const loaded = loadConfig(written(options), env);
    expect(loaded).toMatchObject({ ok: true });
    // The mail server of the page is on the same machine, so that nothing else is to be warned of.
    if (loaded.ok) expect(loaded.warnings).toEqual([]);
  });

  test('has a save that is asked for a code and one that is not, and its cases hold', async () => {
    const outcomes = cases.map((each) => each.expect);
    expect(outcomes).toEqual(expect.arrayContaining(['otp-required', 'pass']));
    const config = written(options);
    const file = join(openFolder(), 'recipe.test.yaml');
    writeFileSync(file, stringify({ config, cases }));
    const results = await runCases(readTestFile(file));
    expect(results.flatMap(({ name, faults }) => faults.map((fault) => `${name}: ${fault}`))).toEqual([]);
  });

  test('has a client that sees what the page says, and saves with the code', async () => {
    const [asked] = cases.filter((each) => each.expect === 'otp-required');
    if (!asked) throw new Error('no case asks for a code');
    expect(await walkOf(recipe, asked)).toBe(seen);
  });
});

/** The request without a code and with it, as the page tells it. */
async function walkOf({ options }: Recipe, asked: Case): Promise<string> {
  const { gateway, arrived, send } = await openKitchen(options, asked);
  const { method, path, body } = asked.request;
  const line = `${method} ${path}${body ? ` ${JSON.stringify(body)}` : ''}`;
  const refused = await send(asked.request);
  expect(refused.status).toBe(428);
  expect(arrived()).toEqual([]);
  const [row] = refused.json.rules ?? [];
  if (row?.['sent_to'] === undefined) await send(byHand(asked, options));
  const code = gateway.lastCode();
  if (code === undefined) throw new Error('no code was sent');
  const { channel, sent_to, record } = row as Readonly<Record<string, string>>;
  const id = options.rules[0]?.id;
  // Where a request holds several records, a code names its own.
  const isOneOfSeveral = Object.values(body ?? {}).some(
    (member) => Array.isArray(member) && member.length > 1,
  );
  const [header, value] = isOneOfSeveral
    ? ['OTPRULES-OTP', `${id}/${record}=${code}`]
    : [row?.header ?? '', code];
  const answered = await send(asked.request, { [header]: value });
  expect(arrived()).toEqual(method === 'GET' ? [] : [`${method} ${path}`]);
  const sent = sent_to === undefined ? 'nothing is sent' : `sent by ${channel} to ${sent_to}`;
  return [
    line,
    `→ ${refused.status} ${refused.result}, ${sent}`,
    `${line.split(' ', 2).join(' ')} …, ${header}: ${value.replace(code, '•'.repeat(code.length))}`,
    `→ ${answered.status} ${answered.result}, code ${answered.code}`,
  ].join('\n');
}

function byHand({ request }: Case, { rules }: ConfigInput): Case['request'] {
  const id = request.path.split('/').at(-1);
  return { method: 'POST', path: `/_countersign/rules/${rules[0]?.id}/records/${id}/code` };
}

describe('beside its first save', () => {
  const recipeOf = (id: number) => {
    const found = recipes.find(({ options }) => options.rules[0]?.id === id);
    if (!found?.cases[0]) throw new Error(`there is no recipe ${id}`);
    return { ...found, first: found.cases[0] };
  };

  test('a manager gives any discount, and another role, or none, does not', async () => {
    const { options, first } = recipeOf(17);
    const { send } = await openKitchen(options, first);
    const tokenOf = (claims: Record<string, string>) =>
      new SignJWT({ sub: 'ana', ...claims })
        .setProtectedHeader({ alg: 'HS256' })
        .setIssuer('crm')
        .setExpirationTime('1h')
        .sign(Buffer.from(SECRET));
    const as = async (claims: Record<string, string>) => ({
      authorization: `Bearer ${await tokenOf(claims)}`,
    });
    expect(await send(first.request, await as({ role: 'rep' }))).toMatchObject({ status: 428 });
    expect(await send(first.request, await as({}))).toMatchObject({ status: 428 });
    expect(await send(first.request, await as({ role: 'manager' }))).toMatchObject({ status: 200 });
  });

  test('a parcel that goes out sends the code that it is handed over with', async () => {
    const { options, first } = recipeOf(18);
    const { gateway, send } = await openKitchen(options, {
      ...first,
      before: { ...first.before, status: 'Packed' },
    });
    const save = (status: string, headers = {}) => send({ ...first.request, body: { status } }, headers);
    expect(await save('Out for delivery')).toMatchObject({ status: 200 });
    await expect.poll(() => gateway.lastCode(), { timeout: 60_000 }).toMatch(/^\d{6}$/);
    expect(await save('Delivered', { 'OTPRULES-OTP-18': gateway.lastCode() ?? '' })).toMatchObject({
      code: 'used',
    });
  });

  test('a new account number is whole in the message', async () => {
    const { options, first } = recipeOf(10);
    const { gateway, send } = await openKitchen(options, first);
    await send(first.request);
    expect(gateway.outbox.messages()[0]?.text).toContain('DE02120300000000202051');
  });

  test('a code for a batch of two says its record', async () => {
    const { options, first } = recipeOf(19);
    const { gateway, arrived, send } = await openKitchen(options, first);
    const two = ['61', '62'].map((id) => ({ id, status: 'Cancelled' }));
    const both = { ...first.request, body: { orders: two } };
    await send(both);
    const codeOf = (id: string) => gateway.outbox.messages().find(({ record }) => record === id)?.code;
    const unsaid = await send(both, { 'OTPRULES-OTP': `19=${codeOf('61')}` });
    expect([unsaid.status, unsaid.result]).toEqual([428, 'otp-required']);
    expect(arrived()).toEqual([]);
    expect(
      await send(both, { 'OTPRULES-OTP': `19/61=${codeOf('61')}, 19/62=${codeOf('62')}` }),
    ).toMatchObject({
      status: 200,
    });
  });

  test('a payslip is read with a session, and without a code from then on', async () => {
    const { options, first } = recipeOf(16);
    const { gateway, send } = await openKitchen(options, first);
    await send(first.request);
    const granted = await send({
      method: 'POST',
      path: '/_countersign/rules/16/records/82/grant',
      body: { code: gateway.lastCode() },
    });
    const session = { 'OTPRULES-Grant': String(granted.json['token']) };
    for (const _ of [1, 2]) expect(await send(first.request, session)).toMatchObject({ status: 200 });
  });
});
