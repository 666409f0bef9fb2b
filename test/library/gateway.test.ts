import express from 'express';
import supertest from 'supertest';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createOutbox } from '../../src/channels/outbox/outbox.ts';
import { CountersignError, countersign, createGateway } from '../../src/index.ts';
import { gatewayOptions } from '../harness/delivery.ts';
import { NOTE } from '../harness/rep.ts';
import { openCrm } from '../harness/world.ts';

const SAVE = { status: 'Delivered' };

describe('the gateway as an Express app', () => {
  test('guards and forwards without a port of its own', async () => {
    const crm = await openCrm();
    const outbox = createOutbox({ addressKind: 'email' });
    const { app, close } = createGateway(gatewayOptions(crm.url), { channels: { email: outbox } });
    onTestFinished(close);
    const asked = await supertest(app).patch(NOTE).send(SAVE);
    expect([asked.status, asked.headers['otprules-result']]).toEqual([428, 'otp-required']);
    expect(asked.headers['content-type']).toBe('application/problem+json');
    expect(crm.saves).toHaveLength(0);
    const saved = await supertest(app)
      .patch(NOTE)
      .set('OTPRULES-OTP-7', outbox.lastCode() ?? '')
      .send(SAVE);
    expect([saved.status, saved.headers['otprules-code']]).toEqual([200, 'used']);
    expect(saved.headers['x-powered-by']).toBeUndefined();
    expect(crm.saves).toHaveLength(1);
  });

  test('is not built from options that are wrong: every problem is in the message', () => {
    const wrong = { ...gatewayOptions('ftp://crm'), passthrough: ['login'] };
    expect(() => createGateway(wrong)).toThrow(CountersignError);
    expect(() => createGateway(wrong)).toThrow(/upstream\.url[\s\S]*passthrough/);
  });
});

describe('the middleware', () => {
  async function openApp(mount: (app: express.Express, guard: express.RequestHandler) => void) {
    const crm = await openCrm();
    const outbox = createOutbox({ addressKind: 'email' });
    const guard = countersign(gatewayOptions(crm.url), { channels: { email: outbox } });
    onTestFinished(guard.close);
    const app = express();
    mount(app, guard);
    return { app, crm, code: () => outbox.lastCode() ?? '' };
  }

  test('guards an app that has routes of its own before it', async () => {
    const { app, crm, code } = await openApp((host, guard) => {
      host.get('/health', (_request, response) => void response.send('well'));
      host.use(guard);
    });
    expect((await supertest(app).get('/health')).text).toBe('well');
    expect((await supertest(app).patch(NOTE).send(SAVE)).status).toBe(428);
    expect(crm.received.every(({ method }) => method === 'GET')).toBe(true);
    const saved = await supertest(app)
      .patch(NOTE)
      .send({ ...SAVE, OTPRULES_OTP_7: code() });
    expect(saved.status).toBe(200);
    expect(crm.saves.map(({ body }) => body.toString())).toEqual(['{"status":"Delivered"}']);
  });

  test('mounted below a path guards what is below it, under the names that the CRM knows', async () => {
    const { app, crm, code } = await openApp((host, guard) => host.use('/crm', guard));
    expect((await supertest(app).patch(NOTE).send(SAVE)).status).toBe(404);
    expect((await supertest(app).patch(`/crm${NOTE}`).send(SAVE)).status).toBe(428);
    expect(crm.saves).toHaveLength(0);
    const saved = await supertest(app).patch(`/crm${NOTE}`).set('OTPRULES-OTP-7', code()).send(SAVE);
    expect([saved.status, saved.headers['otprules-code']]).toEqual([200, 'used']);
    expect(crm.saves.map(({ path }) => path)).toEqual([NOTE]);
    const elsewhere = await supertest(app).get('/crm/elsewhere?a=1');
    expect(elsewhere.body).toMatchObject({ path: '/elsewhere?a=1' });
    const standing = await supertest(app).get('/crm/_countersign/rules/7/records/45');
    expect(standing.body).toMatchObject({ rule: '7', record: '45' });
  });

  const parsers = {
    json: express.json(),
    text: express.text({ type: '*/*' }),
    raw: express.raw({ type: '*/*' }),
  };

  test.each(
    Object.entries(parsers),
  )('behind express.%s() answers 500, and nothing is forwarded', async (_name, parser) => {
    const { app, crm } = await openApp((host, guard) => host.use(parser, guard));
    for (const body of [SAVE, { weight: 3 }]) {
      const refused = await supertest(app).patch(NOTE).send(body);
      expect([refused.status, refused.headers['otprules-result']]).toEqual([500, 'request-unreadable']);
    }
    expect((await supertest(app).post('/elsewhere').send(SAVE)).status).toBe(500);
    expect(crm.received).toEqual([]);
  });
});
