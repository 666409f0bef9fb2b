import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import type { Crm } from '../harness/crm.ts';
import { deliveryRule } from '../harness/delivery.ts';
import { repOf } from '../harness/rep.ts';
import { openWorld, type WorldOptions } from '../harness/world.ts';

const TOKEN_SECRET = 'a secret of an issuer of tokens for tests';
const KEY = Buffer.from(TOKEN_SECRET);
const NOT_MANAGERS = { '!=': [{ var: 'caller.role' }, 'manager'] };
const NOT_THE_BOSS = { '!=': [{ var: 'caller.user' }, 'boss'] };
const MANY = 1_000_000;

type Callers = NonNullable<ConfigInput['callers']>;
const JWT: Callers = [{ jwt: { secret: TOKEN_SECRET, issuer: 'https://login.test', role: '/role' } }];

function token(claims: Record<string, unknown>, key: Uint8Array = KEY, issuer = 'https://login.test') {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(issuer)
    .setExpirationTime('1h')
    .sign(key);
}

const basic = (name: string, password = 'right') =>
  `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;

function world(callers: Callers, rule: Parameters<typeof deliveryRule>[0], options: WorldOptions = {}) {
  return openWorld({ callers, rules: [deliveryRule(rule)], ...options });
}

/** A CRM that knows "boss" and "rep" by a password, and lets a session in whatever else is said. */
function withPasswords(crm: Crm, { open = false } = {}): void {
  crm.answerWith(({ headers }, response, proceed) => {
    const said = (name: string) => headers.find(([other]) => other.toLowerCase() === name)?.[1];
    const known = [basic('boss'), basic('rep')].includes(said('authorization') ?? '');
    if (open || known || said('cookie') === 'session=rep') proceed();
    else response.writeHead(401).end();
  });
}

describe('a token', () => {
  it('that names a role exempts its caller from a rule that does not apply to that role', async () => {
    const { url } = await world(JWT, { appliesTo: NOT_MANAGERS });
    const role = async (role: string) => `Bearer ${await token({ sub: 'ann', role })}`;
    expect((await repOf(url, await role('rep')).deliver()).status).toBe(428);
    expect((await repOf(url, await role('Manager')).deliver()).status).toBe(428);
    expect((await repOf(url, await role('manager')).deliver()).status).toBe(200);
  });

  it('that cannot be verified exempts nobody, nor does one without a role', async () => {
    const { url, crm } = await world(JWT, { appliesTo: NOT_MANAGERS });
    const claims = { sub: 'ann', role: 'manager' };
    const unsigned = [{ alg: 'none' }, { ...claims, iss: 'https://login.test' }]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const bad = [
      await token(claims, Buffer.from('the secret of somebody else altogether')),
      await token(claims, KEY, 'https://elsewhere.test'),
      await new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256' })
        .setIssuer('https://login.test')
        .setExpirationTime('-1h')
        .sign(KEY),
      await token({ role: 'manager' }),
      await token({ sub: 'ann' }),
      `${unsigned}.`,
      'manager',
    ];
    for (const text of bad) expect((await repOf(url, `Bearer ${text}`).deliver()).status).toBe(428);
    expect((await repOf(url, null).deliver()).status).toBe(428);
    expect(crm.saves).toEqual([]);
  });

  it('is verified by the published keys of its issuer, and a public key is no secret', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const published = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' };
    const server = createServer((_request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ keys: [published] }));
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const jwksUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
    const { url } = await world([{ jwt: { jwksUrl, role: '/role' } }], { appliesTo: NOT_MANAGERS });
    const claims = { sub: 'ann', role: 'manager' };
    const header = { alg: 'ES256', kid: 'one' };
    const forged = await new SignJWT(claims)
      .setProtectedHeader({ ...header, alg: 'HS256' })
      .sign(Buffer.from(JSON.stringify(published)));
    expect((await repOf(url, `Bearer ${forged}`).deliver()).status).toBe(428);
    const real = await new SignJWT(claims).setProtectedHeader(header).sign(privateKey);
    expect((await repOf(url, `Bearer ${real}`).deliver()).status).toBe(200);
  });

  it('keeps its caller one caller over all tokens', async () => {
    const limits = {
      address: { hour: MANY, day: MANY },
      caller: { hour: 1, wrong: MANY },
      total: { minute: MANY },
    };
    const { url } = await world(JWT, { code: { cooldown: '0s' } }, { limits });
    const first = repOf(url, `Bearer ${await token({ sub: 'ann', jti: '1' })}`);
    const second = repOf(url, `Bearer ${await token({ sub: 'ann', jti: '2' })}`);
    expect((await first.askForCode()).status).toBe(201);
    expect((await second.askForCode()).result).toBe('otp-rate-limited');
  });
});

describe('the name of Basic credentials', () => {
  it('counts where the CRM shows the record to them alone and to nobody without', async () => {
    const { url, crm } = await world([{ basic: true }], { appliesTo: NOT_THE_BOSS });
    withPasswords(crm);
    expect((await repOf(url, basic('rep')).deliver()).status).toBe(428);
    expect((await repOf(url, basic('boss')).deliver()).status).toBe(200);
  });

  it('does not count beside a session that is what the CRM really looks at', async () => {
    const { url, crm } = await world([{ basic: true }], { appliesTo: NOT_THE_BOSS });
    withPasswords(crm);
    const forger = repOf(url, basic('boss', 'guessed'));
    const cookie = { cookie: 'session=rep' };
    const answer = await forger.call('PATCH', '/api/DeliveryNotes/45', { status: 'Delivered' }, cookie);
    expect(answer.status).toBe(428);
    expect(crm.saves).toEqual([]);
  });

  it('does not count where the CRM shows its records to everybody', async () => {
    const { url, crm } = await world([{ basic: true }], { appliesTo: NOT_THE_BOSS });
    withPasswords(crm, { open: true });
    expect((await repOf(url, basic('boss', 'guessed')).deliver()).status).toBe(428);
  });

  it('does not count for a create, for which no record is read', async () => {
    const { url, crm } = await world([{ basic: true }], { appliesTo: NOT_THE_BOSS });
    withPasswords(crm);
    const create = await repOf(url, basic('boss')).call('POST', '/api/DeliveryNotes', {
      status: 'Delivered',
    });
    expect(create.result).toBe('otp-create-refused');
  });
});

describe('a header', () => {
  const callers: Callers = [{ header: 'X-User', from: 'trustedProxies' }];
  const asBoss = { 'X-User': 'boss' };
  const save = ['PATCH', '/api/DeliveryNotes/45', { status: 'Delivered' }] as const;

  it('from a trusted proxy names the caller', async () => {
    const { rep } = await world(callers, { appliesTo: NOT_THE_BOSS }, { trustedProxies: ['127.0.0.1'] });
    expect((await rep.call(...save, { 'X-User': 'rep' })).status).toBe(428);
    expect((await rep.call(...save, { ...asBoss, X_User: 'rep' })).status).toBe(428);
    expect((await rep.call(...save, asBoss)).status).toBe(200);
  });

  it('from anybody else names nobody', async () => {
    const { rep } = await world(callers, { appliesTo: NOT_THE_BOSS }, { trustedProxies: ['10.0.0.0/8'] });
    expect((await rep.call(...save, asBoss)).status).toBe(428);
  });
});

describe('a code that is bound to its caller', () => {
  it('is good for that caller, over all tokens, and for nobody else', async () => {
    const { url, code, crm } = await world(JWT, { caller: true });
    const repNamed = async (sub: string, jti: string) => repOf(url, `Bearer ${await token({ sub, jti })}`);
    expect((await (await repNamed('ann', '1')).deliver()).status).toBe(428);
    const stolen = await (await repNamed('ben', '2')).deliver(code());
    expect([stolen.status, stolen.result]).toEqual([403, 'otp-binding-mismatch']);
    expect(crm.saves).toEqual([]);
    expect((await (await repNamed('ann', '3')).deliver(code())).result).toBe('verified');
  });

  it('is bound to the caller also where it was asked for by hand', async () => {
    const { url, code } = await world(JWT, { caller: true });
    const [ann, ben] = [await token({ sub: 'ann' }), await token({ sub: 'ben' })];
    expect((await repOf(url, `Bearer ${ann}`).askForCode()).status).toBe(201);
    expect((await repOf(url, `Bearer ${ben}`).deliver(code())).result).toBe('otp-binding-mismatch');
    expect((await repOf(url, `Bearer ${ann}`).deliver(code())).result).toBe('verified');
  });

  it('is not sent to who has no verified name', async () => {
    const { rep, gateway } = await world(JWT, { caller: true });
    expect((await rep.deliver()).result).toBe('otp-binding-mismatch');
    expect((await rep.askForCode()).result).toBe('otp-binding-mismatch');
    expect(gateway.outbox.messages()).toEqual([]);
  });
});
