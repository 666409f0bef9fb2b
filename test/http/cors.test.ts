import { describe, expect, it } from 'vitest';
import { DELIVERED, HARMLESS, JSON_TYPE, NOTE, stage, valuesOf } from './stage.ts';

const APP = 'Origin: https://app.acme.test';
const cors = { origins: ['https://app.acme.test'], credentials: true };
const EXPOSED = 'OTPRULES-Result, OTPRULES-Code, Retry-After, X-Request-Id';
const readable = {
  'access-control-allow-origin': 'https://app.acme.test',
  'access-control-allow-credentials': 'true',
  'access-control-expose-headers': EXPOSED,
  vary: 'Origin',
};
const ASKS = ['Access-Control-Request-Method: PUT'];
const namesIn = (headers: Readonly<Record<string, string>>) =>
  Object.keys(headers).filter((name) => name.startsWith('access-control-'));

describe('pages of another origin', () => {
  it('read our refusals, the answers of the control API, and saves that were countersigned', async () => {
    const scene = await stage({ cors });
    const refused = await scene.send(`PUT ${NOTE}`, [JSON_TYPE, APP], DELIVERED);
    expect(refused).toMatchObject({ status: 428, headers: readable });
    const standing = await scene.send('GET /_countersign/rules/7/records/45', [APP]);
    expect(standing).toMatchObject({ status: 200, headers: readable });
    expect(await scene.send('GET /_countersign/rules/7/records/9', [APP])).toMatchObject({
      status: 404,
      headers: readable,
    });
    const code = `OTPRULES-OTP-7: ${scene.gateway.lastCode()}`;
    const saved = await scene.send(`PUT ${NOTE}`, [JSON_TYPE, APP, code], DELIVERED);
    expect(saved).toMatchObject({ status: 200, headers: { ...readable, 'otprules-result': 'verified' } });
    expect(await scene.send('POST /elsewhere', [APP], 'x')).toMatchObject({ status: 403, headers: readable });
  });

  it('that are not listed read nothing', async () => {
    const scene = await stage({ cors });
    for (const origin of [
      'https://evil.test',
      'https://app.acme.test.evil.test',
      'http://app.acme.test',
      'null',
    ]) {
      const answer = await scene.send(`PUT ${NOTE}`, [JSON_TYPE, `Origin: ${origin}`], DELIVERED);
      expect([answer.status, answer.headers['vary'], namesIn(answer.headers)]).toEqual([428, 'Origin', []]);
      const asked = await scene.send('OPTIONS /_countersign/rules/7/code', [`Origin: ${origin}`, ...ASKS]);
      expect([asked.status, namesIn(asked.headers)]).toEqual([405, []]);
    }
  });

  it('an answer of the CRM to which nothing is added stays as it is', async () => {
    const scene = await stage({ cors });
    for (const [line, body] of [
      [`GET ${NOTE}`, ''],
      [`PUT ${NOTE}`, HARMLESS],
      ['GET /other', ''],
    ] as const) {
      const answer = await scene.send(line, [JSON_TYPE, APP], body);
      expect([answer.status, namesIn(answer.headers), answer.headers['vary']]).toEqual([200, [], undefined]);
    }
  });

  it('what the CRM allows by itself stands once, with our names beside its own', async () => {
    const scene = await stage({ cors });
    scene.crm.answerWith(({ method }, response, proceed) => {
      response.setHeader('Access-Control-Allow-Origin', '*');
      response.setHeader('Access-Control-Expose-Headers', 'X-Total');
      if (method === 'PUT') response.end('{}');
      else proceed();
    });
    const code = `OTPRULES-OTP-7: ${await scene.codeFor(DELIVERED)}`;
    const saved = await scene.send(`PUT ${NOTE}`, [JSON_TYPE, APP, code], DELIVERED);
    expect(saved.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-expose-headers': `X-Total, ${EXPOSED}`,
    });
  });

  it('without "cors" nothing is said', async () => {
    const scene = await stage();
    const answer = await scene.send(`PUT ${NOTE}`, [JSON_TYPE, APP], DELIVERED);
    expect([answer.headers['vary'], namesIn(answer.headers)]).toEqual([undefined, []]);
  });
});

describe('preflights', () => {
  it('a preflight of the control API is answered here', async () => {
    const scene = await stage({ cors });
    const names = 'Access-Control-Request-Headers: content-type, otprules-grant';
    const answer = await scene.send('OPTIONS /_countersign/rules/7/code', [APP, ...ASKS, names]);
    expect(answer).toMatchObject({
      status: 204,
      headers: {
        ...readable,
        'access-control-allow-methods': 'GET, POST, DELETE',
        'access-control-allow-headers': 'otprules-grant, content-type',
      },
    });
    expect(scene.crm.received).toEqual([]);
  });

  it('a preflight of a module goes to the CRM without our headers, and allows them where the CRM allows the page', async () => {
    const scene = await stage({ cors });
    const asked = 'Access-Control-Request-Headers: content-type, otprules-otp-7,OTPRULES_OTP';
    for (const allows of [true, false]) {
      scene.crm.answerWith((_request, response) => {
        if (allows) response.setHeader('Access-Control-Allow-Origin', 'https://app.acme.test');
        response.setHeader('Access-Control-Allow-Headers', 'content-type');
        response.writeHead(204).end();
      });
      const { status, headers } = await scene.send(`OPTIONS ${NOTE}`, [APP, ...ASKS, asked]);
      const allowed = allows ? 'content-type, otprules-otp-7, OTPRULES_OTP' : 'content-type';
      expect([status, headers['access-control-allow-headers']]).toEqual([204, allowed]);
    }
    const [first] = scene.crm.received;
    expect(first && valuesOf(first, 'access-control-request-headers')).toEqual(['content-type']);
  });

  it('one that asks for none of our headers is allowed what the CRM allows, and nothing beside', async () => {
    const scene = await stage({ cors });
    scene.crm.answerWith((_request, response) => {
      response.setHeader('Access-Control-Allow-Origin', 'https://app.acme.test');
      response.writeHead(204).end();
    });
    const { status, headers } = await scene.send(`OPTIONS ${NOTE}`, [APP, ...ASKS]);
    expect([status, namesIn(headers)]).toEqual([204, ['access-control-allow-origin']]);
  });

  it.each([
    ['without "cors"', {}],
    ['of a page that is not listed', { cors: { ...cors, origins: ['https://other.acme.test'] } }],
  ])('%s goes to the CRM with all that the page asks for, and comes back as it is', async (_, changes) => {
    const scene = await stage(changes);
    scene.crm.answerWith((_request, response) => {
      response.setHeader('Access-Control-Allow-Origin', 'https://app.acme.test');
      response.setHeader('Access-Control-Allow-Headers', 'content-type');
      response.writeHead(204).end();
    });
    const asked = 'content-type, otprules-otp-7';
    const names = `Access-Control-Request-Headers: ${asked}`;
    const { status, headers } = await scene.send(`OPTIONS ${NOTE}`, [APP, ...ASKS, names]);
    expect([status, headers['access-control-allow-headers']]).toEqual([204, 'content-type']);
    const [first] = scene.crm.received;
    expect(first && valuesOf(first, 'access-control-request-headers')).toEqual([asked]);
  });
});
