import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { type Ask, type CountersignError, withCountersign } from '../../src/client/client.ts';
import { customerAt } from '../harness/customer.ts';
import { deliveryRule } from '../harness/delivery.ts';
import { until } from '../harness/until.ts';
import { DELIVERED, open, thrown } from './stage.ts';

type Refused = { readonly status: number; readonly slug: string };
const ROW = { rule: '7', name: 'Delivery', record: '45', header: 'OTPRULES-OTP-7', confirm: 'page' };

/** A gateway as a client sees it, whose customer decides when the test says so. */
async function openPage(after: Readonly<Record<string, Refused>> = {}) {
  let standing = 'living';
  let waiting: (() => void)[] = [];
  const asked: string[] = [];
  const saves: string[] = [];
  const say = (response: ServerResponse, status: number, result: string, body: object) => {
    response.writeHead(status, { 'content-type': 'application/json', 'otprules-result': result });
    response.end(JSON.stringify(body));
  };
  const server = createServer((request, response) => {
    const { method, url = '' } = request;
    if (method === 'GET') {
      asked.push(url);
      const tell = () => say(response, 200, standing, { ...ROW, result: standing });
      if (standing === 'living') waiting.push(tell);
      else tell();
      return;
    }
    saves.push(standing);
    const refused = after[standing] ?? { status: 428, slug: 'otp-required' };
    if (standing === 'approved') say(response, 200, 'verified', DELIVERED);
    else say(response, refused.status, refused.slug, { rules: [{ ...ROW, result: refused.slug }] });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    asked,
    saves,
    /** The call that waits ends, and nothing was decided. */
    elapse() {
      for (const tell of waiting.splice(0)) tell();
    },
    decide(decision: string) {
      standing = decision;
      for (const tell of waiting.splice(0)) tell();
    },
    /** The connection is cut. */
    cut() {
      waiting = [];
      server.closeAllConnections();
    },
    save: (ask: Ask, init: RequestInit = {}) =>
      withCountersign(fetch, { ask })(`${url}/api/DeliveryNotes/45`, {
        method: 'PATCH',
        headers: { authorization: 'Bearer rep' },
        body: JSON.stringify(DELIVERED),
        ...init,
      }),
  };
}

it.each([
  ['yes', 'goes through without a code where the customer agrees on the page'],
  ['no', 'rejects where the customer objects on the page'],
] as const)('a save that waits (%s) %s', async (answer, _then) => {
  const { save, world } = await open(() => 'wait', {
    publicUrl: 'https://confirm.example.com',
    rules: [deliveryRule({ confirm: 'page' })],
  });
  const outcome = save('45', DELIVERED).then(
    ({ status }) => status,
    (error: CountersignError) => error.slug,
  );
  await until(() => world.crm.received.length === 2);
  const link = world.gateway.outbox.messages()[0]?.link ?? '';
  await customerAt(world.url, link).press(answer);
  expect(await outcome).toBe(answer === 'yes' ? 200 : 'otp-declined');
  expect(world.crm.records.get('45')?.['status'] === 'Delivered').toBe(answer === 'yes');
});

it('a save waits until the customer has approved it on the page, and is sent again without a code', async () => {
  const page = await openPage();
  const saved = page.save(() => 'wait');
  await until(() => page.asked.length === 1);
  page.elapse();
  await until(() => page.asked.length === 2);
  page.decide('approved');
  expect((await saved).status).toBe(200);
  expect(page.asked[0]).toBe('/_countersign/rules/7/records/45?wait=25');
  expect(page.saves).toEqual(['living', 'approved']);
});

it('a save that the customer declines rejects with the slug of the refusal', async () => {
  const page = await openPage({ declined: { status: 403, slug: 'otp-declined' } });
  const saved = thrown(page.save(() => 'wait'));
  await until(() => page.asked.length === 1);
  page.decide('declined');
  expect(await saved).toMatchObject({ slug: 'otp-declined', gaveUp: false });
});

it('a save whose link has expired is sent for a new one, and asked about again', async () => {
  const page = await openPage();
  const previous: unknown[] = [];
  const saved = page.save((challenge) => {
    previous.push(challenge.previous);
    return previous.length === 1 ? 'wait' : undefined;
  });
  const error = thrown(saved);
  await until(() => page.asked.length === 1);
  page.decide('expired');
  expect(await error).toMatchObject({ slug: 'otp-required', gaveUp: true });
  expect(previous).toEqual([undefined, 'otp-expired']);
});

it('a connection that is cut while a save waits is made again', async () => {
  const page = await openPage();
  const saved = page.save(() => 'wait');
  await until(() => page.asked.length === 1);
  page.cut();
  await until(() => page.asked.length === 2);
  page.decide('approved');
  expect((await saved).status).toBe(200);
});

it('a save that is aborted while it waits rejects with the reason, and asks no more', async () => {
  const page = await openPage();
  const controller = new AbortController();
  const saved = thrown(page.save(() => 'wait', { signal: controller.signal }));
  await until(() => page.asked.length === 1);
  const reason = new Error('closed');
  controller.abort(reason);
  expect(await saved).toBe(reason);
  expect(page.saves).toEqual(['living']);
});
