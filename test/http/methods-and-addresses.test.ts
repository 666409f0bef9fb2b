import { describe, expect, it } from 'vitest';
import { DELIVERED, HARMLESS, JSON_TYPE, NOTE, refused, stage } from './stage.ts';

describe('methods', () => {
  it.each([
    'LOCK',
    'MERGE',
    'PROPPATCH',
    'LINK',
    'QUERY',
    'COPY',
    'MOVE',
    'TRACE',
    'PURGE',
    'SUBSCRIBE',
  ])('%s on a record is a write that nobody can judge', async (method) => {
    const scene = await stage();
    const answer = await refused(scene, `${method} ${NOTE}`, [JSON_TYPE], DELIVERED);
    expect(answer).toMatchObject({ status: 403, headers: { 'otprules-result': 'unmapped-write' } });
  });

  it.each(['FOO', 'put', 'PUTT', 'SAVE'])('%s is no method', async (method) => {
    const scene = await stage();
    expect((await refused(scene, `${method} ${NOTE}`, [JSON_TYPE], DELIVERED)).status).toBe(400);
  });

  it.each([
    'X-HTTP-Method-Override: GET',
    'X-HTTP-Method: PUT',
    'X-Method-Override: PATCH',
  ])('%s does not change what a save is', async (override) => {
    const scene = await stage();
    expect((await refused(scene, `POST ${NOTE}`, [JSON_TYPE, override], DELIVERED)).status).toBe(428);
  });

  it('a DELETE that a header asks for and no module lists is refused: as a POST it would do something else', async () => {
    const scene = await stage();
    for (const body of [HARMLESS, '{}', '']) {
      const answer = await refused(
        scene,
        `POST ${NOTE}`,
        [JSON_TYPE, 'X_Http_Method_Override: DELETE'],
        body,
      );
      expect([answer.status, answer.body]).toEqual([400, expect.stringContaining('methodOverrides')]);
    }
  });

  it.each([
    'X-HTTP-Method-Override: PUT',
    'X_HTTP_Method: PUT',
  ])('%s does not make a read a save', async (override) => {
    const { crm, send } = await stage();
    expect((await send(`GET ${NOTE}`, [JSON_TYPE, override], DELIVERED)).status).toBe(200);
    expect(crm.received.map(({ method, body }) => [method, body.length])).toEqual([['GET', 0]]);
    expect(crm.received[0]?.headers.some(([name]) => /override|http.method/i.test(name))).toBe(false);
  });

  it.each([
    '_method',
    '_Method',
    '%5Fmethod',
    ' _method',
    '_method[]',
  ])('%s in the address is refused', async (name) => {
    const scene = await stage();
    const query = `?${name.trim() === name ? name : '+_method'}=PUT`;
    expect((await refused(scene, `POST ${NOTE}${query}`, [JSON_TYPE], HARMLESS)).status).toBe(400);
    expect((await refused(scene, `GET ${NOTE}${query}&status=Delivered`, [], '')).status).toBe(400);
    expect(scene.crm.received).toEqual([]);
  });

  it('_method in the body is refused', async () => {
    const scene = await stage();
    const answer = await refused(scene, `POST ${NOTE}`, [JSON_TYPE], '{"_method":"DELETE","notes":"x"}');
    expect(answer.status).toBe(400);
  });
});

describe('addresses', () => {
  it.each([
    'status=Delivered',
    'STATUS=delivered',
    'stat%75s=Delivered',
    '+status=Delivered',
    'status[]=Delivered',
    'status%00x=Delivered',
    'a=1;status=Delivered',
    'status',
    'email=x@y.test',
    'id=46',
    'a&status=Created',
  ])('?%s on a save is refused', async (query) => {
    const scene = await stage();
    expect((await refused(scene, `PUT ${NOTE}?${query}`, [JSON_TYPE], HARMLESS)).status).toBe(400);
  });

  it.each([
    'OTPRULES_OTP_7=123456',
    'otprules-otp-7=1',
    'OTPRULES%5FOTP%5F7=1',
    'OTPRULES.OTP.7=1',
  ])('a code in the address is refused, on a save and on a read: %s', async (query) => {
    const scene = await stage();
    expect((await refused(scene, `PUT ${NOTE}?${query}`, [JSON_TYPE], DELIVERED)).status).toBe(400);
    expect((await refused(scene, `GET ${NOTE}?${query}`, [], '')).status).toBe(400);
    expect(scene.crm.received).toEqual([]);
  });

  it('other queries go on as they are', async () => {
    const { crm, send } = await stage();
    const query =
      '?fields=id,status&x=%2B+y&status_note=1&sort=status:asc&next=/list?status=open&q=which+status&$expand=Items($select=status)';
    expect((await send(`PUT ${NOTE}${query}`, [JSON_TYPE], HARMLESS)).status).toBe(200);
    expect((await send(`GET /api/DeliveryNotes?status=Delivered`)).status).toBe(200);
    expect(crm.received.map(({ path }) => path)).toEqual([
      `${NOTE}${query}`,
      '/api/DeliveryNotes?status=Delivered',
    ]);
  });
});

describe('ids', () => {
  it.each([
    '"id":"46"',
    '"id":46',
    '"ID":"46"',
    '" id":"46"',
    '"id":["45","46"]',
    '"id":null',
  ])('a body with %s speaks of another record than the address', async (member) => {
    const scene = await stage();
    const answer = await refused(scene, `PUT ${NOTE}`, [JSON_TYPE], `{${member},"notes":"x"}`);
    expect(answer.status).toBe(400);
  });

  it.each(['"id":"45"', '"id":45'])('a body with %s agrees with the address', async (member) => {
    const { send } = await stage();
    expect((await send(`PUT ${NOTE}`, [JSON_TYPE], `{${member},"notes":"x"}`)).status).toBe(200);
  });

  it.each([
    '045',
    '45abc',
    '+45',
    '%2B45',
    '45.0',
    '%2045',
    '45%20',
    '4_5',
    '٤٥',
  ])('a CRM that takes %s for 45 hears of no save under that spelling', async (id) => {
    const scene = await stage();
    scene.crm.answerWith((_received, response) => {
      response.setHeader('content-type', 'application/json').end(JSON.stringify(scene.crm.records.get('45')));
    });
    const spelled = encodeURI(decodeURIComponent(id)).replace('+', id.startsWith('%2B') ? '%2B' : '+');
    const answer = await refused(scene, `PUT /api/DeliveryNotes/${spelled}`, [JSON_TYPE], DELIVERED);
    expect(answer.status).toBe(400);
    expect(scene.gateway.outbox.messages()).toEqual([]);
  });
});
