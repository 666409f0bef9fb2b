import { describe, expect, it } from 'vitest';
import { deliveryRule } from '../harness/delivery.ts';
import { DELIVERED, HARMLESS, JSON_TYPE, NOTE, type Stage, stage } from './stage.ts';

/** A rule that has to see what is stored. */
const FROM_CREATED = [deliveryRule({ when: { changed_from: ['status', 'Out for delivery'] } })];
const CLOSED = '{"status":"Closed"}';

/** Names and values of the headers of the reads of the record. */
function readsOf({ crm }: Stage): readonly Readonly<Record<string, string>>[] {
  return crm.received
    .filter(({ method }) => method === 'GET')
    .map(({ headers }) =>
      Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value] as const)),
    );
}

const readHeadersOf = (scene: Stage) => readsOf(scene).at(-1) ?? {};

describe('our own read of a record', () => {
  it('brings who asks, what we say ourselves, and nothing else of the caller', async () => {
    const scene = await stage({ rules: FROM_CREATED });
    const wishes = [
      ...['Accept: application/vnd.other+json', 'Accept-Language: de', 'Accept-Profile: archive'],
      ...['Accept-Datetime: Thu, 31 May 2025 20:35:00 GMT', 'Accept-Crs: EPSG:1', 'Prefer: return=minimal'],
      ...['If-None-Match: "1"', 'If-Modified-Since: Thu, 31 May 2025 20:35:00 GMT', 'Range: bytes=0-1'],
      ...['X-Fields: id', 'X-Api-Key: k', 'X-Tenant: t', 'User-Agent: curl', 'Origin: https://a.test'],
    ];
    const who = ['Authorization: Bearer rep', 'Cookie: sid=1'];
    const trace = ['traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'];
    const answer = await scene.send(`PUT ${NOTE}`, [JSON_TYPE, ...who, ...trace, ...wishes], CLOSED);
    expect(answer.status).toBe(428);
    const { connection: _, ...headers } = readHeadersOf(scene);
    expect(headers).toEqual({
      host: `127.0.0.1:${scene.crm.port}`,
      authorization: 'Bearer rep',
      cookie: 'sid=1',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      accept: 'application/json',
      'accept-encoding': 'identity',
      'cache-control': 'no-cache',
      'user-agent': 'countersign',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-host': 'crm.test',
      'x-forwarded-proto': 'http',
      'x-request-id': expect.any(String),
    });
  });

  it('is made a second time with what may choose another record, and nothing else, where the module wants it', async () => {
    const note = { dialect: 'rest', path: '/api/DeliveryNotes', unknownHeaders: 'judge' } as const;
    const scene = await stage({ rules: FROM_CREATED, modules: { DeliveryNotes: note } });
    const wishes = ['Accept: text/html', 'Prefer: return=minimal', 'If-None-Match: "1"', 'Range: bytes=0-1'];
    const steering = ['X-Fields: id', 'X-Api-Key: k', 'Accept-Language: de'];
    await scene.send(`PUT ${NOTE}`, [JSON_TYPE, ...wishes, ...steering], CLOSED);
    const isShorter = (one: object, other: object) => Object.keys(one).length - Object.keys(other).length;
    const [own = {}, second = {}, ...others] = readsOf(scene).toSorted(isShorter);
    expect(others).toEqual([]);
    const added = { 'x-fields': 'id', 'x-api-key': 'k', 'accept-language': 'de' };
    expect(second).toEqual({ ...own, ...added });
  });

  it('is judged by the record that is saved, where a header shows another version of it', async () => {
    const scene = await stage();
    scene.crm.answerWith(({ method, headers }, response, proceed) => {
      const isOther = headers.some(([name]) => /^accept-(?:profile|datetime)$/i.test(name));
      if (method !== 'GET' || !isOther) return proceed();
      response.end('{"id":"45","status":"Delivered","email":"rep@example.net"}');
    });
    for (const other of ['Accept-Profile: archive', 'Accept-Datetime: Thu, 31 May 2025 20:35:00 GMT']) {
      const answer = await scene.send(`PATCH ${NOTE}`, [JSON_TYPE, other], DELIVERED);
      expect(answer.status).toBe(428);
    }
    expect(scene.gateway.lastCode('ann@example.com')).toBeDefined();
    expect(scene.gateway.lastCode('rep@example.net')).toBeUndefined();
    expect(scene.crm.saves).toEqual([]);
  });

  it('brings the headers that the module declares, and the save brings the same', async () => {
    const scene = await stage({
      modules: {
        DeliveryNotes: {
          dialect: 'rest',
          path: '/api/DeliveryNotes',
          credentialHeaders: ['X-Api-Key'],
          readHeaders: ['x-tenant', 'User-Agent'],
        },
      },
      rules: FROM_CREATED,
    });
    const declared = ['x-api-key: k', 'X-Tenant: t', 'User-Agent: acme/1', 'X-Other: o'];
    expect((await scene.send(`PUT ${NOTE}`, [JSON_TYPE, ...declared], CLOSED)).status).toBe(428);
    expect(readHeadersOf(scene)).toMatchObject({ 'x-api-key': 'k', 'x-tenant': 't', 'user-agent': 'acme/1' });
    expect(readHeadersOf(scene)).not.toHaveProperty('x-other');
    const code = `OTPRULES-OTP-7: ${scene.gateway.lastCode()}`;
    expect((await scene.send(`PUT ${NOTE}`, [JSON_TYPE, ...declared, code], CLOSED)).status).toBe(200);
    expect(scene.crm.saves[0]?.headers.filter(([name]) => /^x-(?:api|tenant|other)/i.test(name))).toEqual([
      ['x-api-key', 'k'],
      ['X-Tenant', 't'],
      ['X-Other', 'o'],
    ]);
  });

  it.each([
    ['twice', ['X-Tenant: a', 'X-Tenant: b']],
    ['in a spelling of CGI', ['X-Tenant: a', 'X_Tenant: b']],
    ['in that spelling alone', ['X_Tenant: b']],
    ['named by Connection', ['X-Tenant: b', 'Connection: x-tenant']],
  ])('is never another than the save: a declared header %s is refused', async (_how, headers) => {
    const note = { dialect: 'rest' as const, path: '/api/DeliveryNotes', readHeaders: ['X-Tenant'] };
    const scene = await stage({ modules: { DeliveryNotes: note } });
    const answer = await scene.send(`PUT ${NOTE}`, [JSON_TYPE, ...headers], HARMLESS);
    expect(answer.status).toBe(400);
    expect(scene.crm.received).toEqual([]);
    // Where nothing is declared, it is a header like any other.
    const plain = await stage();
    expect((await plain.send(`PUT ${NOTE}`, [JSON_TYPE, ...headers], HARMLESS)).status).toBe(200);
  });
});

describe('a header about the content that nobody knows', () => {
  const STRANGE = ['Content-Profile: archive', 'Content-Range: bytes 0-18/19', 'Content_Zone: a'];

  it.each(STRANGE)('%s is refused with a save, with and without a code', async (header) => {
    const scene = await stage();
    const answer = await scene.send(`PATCH ${NOTE}`, [JSON_TYPE, header], HARMLESS);
    expect(answer.status).toBe(400);
    expect(answer.headers['otprules-result']).toBe('request-unreadable');
    expect(answer.body).toContain(header.split(':')[0]);
    const code = `OTPRULES-OTP-7: ${await scene.codeFor(DELIVERED)}`;
    expect((await scene.send(`PUT ${NOTE}`, [JSON_TYPE, header, code], DELIVERED)).status).toBe(400);
    expect((await scene.send(`DELETE ${NOTE}`, [header])).status).toBe(400);
    expect(scene.crm.saves).toEqual([]);
  });

  it('is asked for by our own read where the module wants it, and the record is judged as it is there', async () => {
    const readHeaders = ['Content-Profile', 'Accept-Profile'];
    const note = { dialect: 'rest' as const, path: '/api/DeliveryNotes', readHeaders };
    const scene = await stage({ rules: FROM_CREATED, modules: { DeliveryNotes: note } });
    const headers = [JSON_TYPE, 'Content-Profile: archive', 'Accept-Profile: public'];
    expect((await scene.send(`PATCH ${NOTE}`, headers, CLOSED)).status).toBe(428);
    const { 'accept-profile': asked, 'content-profile': said } = readHeadersOf(scene);
    expect([asked, said]).toEqual(['archive', 'archive']);
    const odd = [JSON_TYPE, 'Content_Profile: archive'];
    expect((await scene.send(`PATCH ${NOTE}`, odd, HARMLESS)).status).toBe(400);
    expect(scene.crm.saves).toEqual([]);
    expect((await scene.send(`PATCH ${NOTE}`, headers, HARMLESS)).status).toBe(200);
  });

  it('is refused where a part of a document is meant, whatever the module wants', async () => {
    const note = { dialect: 'rest' as const, path: '/api/DeliveryNotes', readHeaders: ['Content-Range'] };
    const scene = await stage({ modules: { DeliveryNotes: note } });
    expect(
      (await scene.send(`PATCH ${NOTE}`, [JSON_TYPE, 'Content-Range: bytes 0-18/19'], HARMLESS)).status,
    ).toBe(400);
  });

  it('is no matter of reads and of paths that are no module', async () => {
    const scene = await stage({ passthrough: ['/files/**'] });
    for (const header of STRANGE) {
      expect((await scene.send(`GET ${NOTE}`, [header])).status).toBe(200);
      expect((await scene.send('PUT /files/1', [header], 'abc')).status).toBe(200);
    }
  });

  it('those that are known pass', async () => {
    const scene = await stage();
    const known = [
      'Content-Language: de',
      'Content-Disposition: attachment',
      'Content-MD5: x',
      'Content-Digest: y',
    ];
    expect((await scene.send(`PUT ${NOTE}`, [JSON_TYPE, ...known], HARMLESS)).status).toBe(200);
  });
});
