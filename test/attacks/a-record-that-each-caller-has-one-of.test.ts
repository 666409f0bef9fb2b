import { describe, expect, onTestFinished, test } from 'vitest';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import type { DecisionRecord } from '../../src/core/verdict/decision-record.ts';
import { createTestGateway } from '../../src/testing.ts';
import { gatewayOptions } from '../harness/delivery.ts';
import { repOf, wrongCode } from '../harness/rep.ts';
import { startStandIn } from '../harness/stand-in.ts';
import { until } from '../harness/until.ts';
import { openGateway } from '../harness/world.ts';

/*
 * `/profile` is one record to each caller, and another one to the next. Where all of them were one record to the gateway, whoever has a profile of
 * their own could use up the attempts of everybody's, object for everybody, and open another one with a grant for theirs.
 */

type Profile = Readonly<Record<string, unknown>>;
const PROFILES: Readonly<Record<string, Profile>> = {
  ann: { id: 7, iban: 'DE01', email: 'ann@example.com' },
  mallory: { id: 8, iban: 'DE02', email: 'mallory@example.com' },
};
const send = { to: [{ channel: 'email', address: 'email' }] };
const rules: ConfigInput['rules'] = [
  { id: 7, name: 'Iban', module: 'Profile', when: { changed: 'iban' }, confirm: 'page', send },
  {
    id: 8,
    name: 'Done',
    module: 'Profile',
    when: { changed_to: ['status', 'Done'] },
    send: { ...send, when: { changed_to: ['status', 'Ready'] } },
  },
  { id: 9, name: 'Shown', module: 'Shown', on: ['read'], when: true, grant: {}, send },
  { id: 10, name: 'Other iban', module: 'Shown', when: { changed: 'iban' }, send },
];
const operationsAt = (path: string) => [
  { request: `PATCH ${path}`, save: { id: 'self', fields: '' } },
  { request: `GET ${path}`, read: { id: 'self' } },
];
const modules: ConfigInput['modules'] = {
  Profile: { dialect: 'rest', path: '/profile', shapes: 'none', operations: operationsAt('/profile') },
  Shown: { dialect: 'rest', path: '/shown', shapes: 'none', operations: operationsAt('/shown') },
};

async function openProfiles(profiles = PROFILES) {
  const stored = new Map(Object.entries(profiles));
  const crm = await startStandIn(({ method, path, headers, body }) => {
    const [, name = ''] =
      headers.find(([one]) => one.toLowerCase() === 'authorization')?.[1].split(' ') ?? [];
    const profile = stored.get(name);
    if (!profile) return { status: 401, body: {} };
    if (method === 'PATCH') stored.set(name, { ...profile, ...JSON.parse(body.toString()) });
    const note = path.endsWith('lang=fr') ? 'oui' : 'yes';
    return { status: 200, body: { ...stored.get(name), note } };
  });
  onTestFinished(() => crm.close());
  return crm;
}

async function open(profiles = PROFILES) {
  const crm = await openProfiles(profiles);
  const gateway = createTestGateway({
    upstream: { url: crm.url },
    publicUrl: 'https://confirm.example.com',
    modules,
    rules,
  });
  onTestFinished(() => gateway.close());
  const { url } = await gateway.listen();
  const change = (name: string, iban: string, code?: string) =>
    repOf(url, `Bearer ${name}`).call('PATCH', '/profile', { iban }, code ? { 'OTPRULES-OTP-7': code } : {});
  const as = (name: string) => repOf(url, `Bearer ${name}`);
  const codeOf = (name: string) => gateway.lastCode(`${name}@example.com`) ?? '';
  const saves = () => crm.received.filter(({ method }) => method === 'PATCH').map(({ body }) => String(body));
  return { gateway, url, as, change, codeOf, saves };
}

describe('what a caller does with their own record', () => {
  test("uses up nobody else's attempts, sends and cool-down", async () => {
    const { change, codeOf, saves } = await open();
    await change('mallory', 'X');
    for (const nth of [1, 2, 3]) await change('mallory', 'X', wrongCode(codeOf('mallory'), nth));
    expect((await change('mallory', 'X', codeOf('mallory'))).result).toBe('otp-attempts-exhausted');
    const asked = await change('ann', 'DE99');
    expect([asked.status, asked.json.rules]).toMatchObject([
      428,
      [{ record: 'self', attempts_remaining: 3 }],
    ]);
    expect((await change('ann', 'DE99', codeOf('ann'))).status).toBe(200);
    expect(saves()).toEqual(['{"iban":"DE99"}']);
  });

  test('uses up nothing of theirs where the address chooses another version either', async () => {
    const { as, change, codeOf } = await open();
    const ofVersion = (name: string, code?: string) =>
      as(name).call('PATCH', '/profile?lang=fr', { iban: 'X' }, code ? { 'OTPRULES-OTP-7': code } : {});
    await change('mallory', 'X');
    for (const nth of [1, 2, 3]) await ofVersion('mallory', wrongCode(codeOf('mallory'), nth));
    expect((await ofVersion('mallory', codeOf('mallory'))).result).toBe('otp-attempts-exhausted');
    expect((await ofVersion('ann')).status).toBe(428);
    expect((await ofVersion('ann', codeOf('ann'))).status).toBe(200);
  });

  test("supersedes, and takes back, nobody else's code", async () => {
    const { as, change, codeOf, saves } = await open();
    await change('ann', 'DE99');
    await change('mallory', 'X');
    expect((await as('mallory').call('DELETE', '/_countersign/rules/7/records/self/code')).status).toBe(204);
    expect((await change('ann', 'DE99', codeOf('ann'))).status).toBe(200);
    expect(saves()).toEqual(['{"iban":"DE99"}']);
  });

  test("objects to nobody else's change", async () => {
    const { gateway, url, change, codeOf } = await open();
    await change('mallory', 'X');
    const [message] = gateway.outbox.messages();
    const [link = ''] = /\/_countersign\/confirm\/[\w.-]+/.exec(message?.text ?? '') ?? [];
    const page = await (await fetch(url + link)).text();
    const [, token = ''] = /name="page" value="([^"]+)"/.exec(page) ?? [];
    const body = new URLSearchParams({ page: token, answer: 'no' });
    expect((await fetch(url + link, { method: 'POST', body })).status).toBe(200);
    expect((await change('mallory', 'X')).result).toBe('otp-declined');
    expect((await change('ann', 'DE99')).status).toBe(428);
    expect((await change('ann', 'DE99', codeOf('ann'))).status).toBe(200);
  });

  test("opens nobody else's record", async () => {
    const { as, codeOf } = await open();
    await as('mallory').call('GET', '/shown');
    const opened = await as('mallory').call('POST', '/_countersign/rules/9/records/self/grant', {
      code: codeOf('mallory'),
    });
    const grant = { 'OTPRULES-Grant': String(opened.json.token) };
    const own = await as('mallory').call('GET', '/shown', undefined, grant);
    expect([own.status, own.json.iban]).toEqual([200, 'DE02']);
    const other = await as('ann').call('GET', '/shown', undefined, grant);
    expect([other.status, other.text.includes('DE01')]).toEqual([428, false]);
    const shown = await as('ann').call('GET', '/shown', undefined, { 'OTPRULES-OTP-9': codeOf('ann') });
    expect([shown.status, shown.json.iban]).toEqual([200, 'DE01']);
  });
});

describe('honest:', () => {
  test('a code by hand, and its standing, are about the record of the caller', async () => {
    const { as, change, codeOf, saves } = await open();
    const sent = await as('ann').call('POST', '/_countersign/rules/7/records/self/code', {
      values: { iban: 'DE99' },
    });
    expect([sent.status, sent.json.record]).toEqual([201, 'self']);
    expect((await as('ann').call('GET', '/_countersign/rules/7/records/self')).json.result).toBe('living');
    expect((await as('mallory').call('GET', '/_countersign/rules/7/records/self')).json.result).toBe('none');
    expect((await change('ann', 'DE99', codeOf('ann'))).status).toBe(200);
    expect((await as('ann').call('GET', '/_countersign/rules/7/records/self')).json.result).toBe('used');
    expect((await change('ann', 'DE99', codeOf('ann'))).result).toBe('otp-used');
    expect(saves()).toEqual(['{"iban":"DE99"}']);
  });

  test('a code that a save triggers is good for the next one', async () => {
    const { as, codeOf, saves } = await open();
    const save = (status: string, code = '') =>
      as('ann').call('PATCH', '/profile', { status }, code ? { 'OTPRULES-OTP-8': code } : {});
    expect((await save('Ready')).status).toBe(200);
    await until(() => codeOf('ann') !== '');
    expect((await save('Done', codeOf('ann'))).status).toBe(200);
    expect(saves()).toEqual(['{"status":"Ready"}', '{"status":"Done"}']);
  });

  test('with a grant for their own, what is stored already is no change, and with that of another it is not known', async () => {
    const { as, codeOf, saves } = await open();
    const grants: Record<string, string>[] = [];
    for (const name of ['ann', 'mallory']) {
      await as(name).call('GET', '/shown');
      const opened = await as(name).call('POST', '/_countersign/rules/9/records/self/grant', {
        code: codeOf(name),
      });
      grants.push({ 'OTPRULES-Grant': String(opened.json.token) });
    }
    const [own, other] = grants;
    const save = (grant: Record<string, string> | undefined) =>
      as('ann').call('PATCH', '/shown', { iban: 'DE01' }, grant);
    expect((await save(other)).json.rules).toMatchObject([{ rule: '9' }, { rule: '10' }]);
    expect((await save(own)).status).toBe(200);
    expect(saves()).toEqual(['{"iban":"DE01"}']);
  });

  test('a record that shows no id is one for all, as it was', async () => {
    const settings = { iban: 'DE01', email: 'ann@example.com' };
    const { change, codeOf, saves } = await open({ ann: settings, mallory: settings });
    await change('ann', 'DE99');
    expect((await change('mallory', 'DE99', codeOf('ann'))).status).toBe(200);
    expect(saves()).toEqual(['{"iban":"DE99"}']);
  });

  test('in shadow mode it is said by what the CRM chooses another version of it', async () => {
    const crm = await openProfiles();
    const taken: DecisionRecord[] = [];
    const shadow = rules.map((rule) => ({ ...rule, mode: 'shadow' as const }));
    const { rep } = await openGateway(
      gatewayOptions(crm.url, { publicUrl: 'https://confirm.example.com', modules, rules: shadow }),
      { decisions: { take: (record) => void taken.push(record) } },
    );
    const headers = { authorization: 'Bearer ann' };
    expect((await rep.call('PATCH', '/profile?lang=fr', { iban: 'DE99' }, headers)).status).toBe(200);
    expect(taken.flatMap(({ steered = [] }) => steered)).toMatchObject([{ query: ['lang'], differs: true }]);
  });
});
