import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createTestGateway } from '../../src/testing.ts';
import { startCrm } from '../harness/crm.ts';
import { deliveryOptions } from '../harness/delivery.ts';
import { startBrowser } from './browser.ts';

type Told = {
  readonly status?: number;
  readonly result?: string | null;
  readonly header?: string;
  readonly failed?: boolean;
};

/** A page of an origin of its own, with nothing on it. */
async function openSite(): Promise<string> {
  const server = createServer((_request, response) => {
    response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>app</title>');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

test('a page of a listed origin is refused, asks for the code and saves with it; another page reads nothing', {
  timeout: 240_000,
}, async () => {
  const [app, other] = [await openSite(), await openSite()];
  const crm = await startCrm();
  // The CRM allows both pages by itself, and knows nothing of codes.
  crm.answerWith(({ headers }, response, proceed) => {
    const origin = headers.find(([name]) => name.toLowerCase() === 'origin')?.[1];
    const asked = headers.find(([name]) => name.toLowerCase() === 'access-control-request-headers');
    if (origin) response.setHeader('Access-Control-Allow-Origin', origin);
    response.setHeader('Access-Control-Allow-Credentials', 'true');
    if (!asked) return proceed();
    response.setHeader('Access-Control-Allow-Headers', 'content-type');
    response.setHeader('Access-Control-Allow-Methods', 'PUT, PATCH');
    response.writeHead(asked[1] === 'content-type' ? 204 : 403).end();
  });
  const gateway = createTestGateway(
    deliveryOptions(crm.url, { cors: { origins: [app], credentials: true } }),
  );
  const { url } = await gateway.listen();
  const { browser, stop } = await startBrowser();
  onTestFinished(async () => {
    await stop();
    await gateway.close();
    await crm.close();
  });

  async function openPage(site: string) {
    const page = await browser.newPage();
    await page.goto(site);
    return (
      method: string,
      path: string,
      body?: object,
      headers: Record<string, string> = {},
    ): Promise<Told> =>
      page.evaluate(
        async ({ address, sent }) => {
          try {
            const answer = await fetch(address, sent);
            const { rules } = (await answer.json().catch(() => ({}))) as { rules?: { header: string }[] };
            const result = answer.headers.get('OTPRULES-Result');
            return { status: answer.status, result, ...(rules?.[0] && { header: rules[0].header }) };
          } catch {
            return { failed: true };
          }
        },
        {
          address: `${url}${path}`,
          sent: {
            method,
            credentials: 'include' as const,
            headers: { 'Content-Type': 'application/json', ...headers },
            ...(body && { body: JSON.stringify(body) }),
          },
        },
      );
  }

  const note = '/api/DeliveryNotes/45';
  const call = await openPage(app);
  const refused = await call('PATCH', note, { status: 'Delivered' });
  expect(refused).toEqual({ status: 428, result: 'otp-required', header: 'OTPRULES-OTP-7' });
  expect(await call('GET', '/_countersign/rules/7/records/45')).toMatchObject({
    status: 200,
    result: 'living',
  });
  const code = { 'OTPRULES-OTP-7': gateway.lastCode() ?? '' };

  const stranger = await openPage(other);
  expect(await stranger('PATCH', note, { status: 'Delivered' })).toEqual({ failed: true });
  expect(await stranger('PATCH', note, { status: 'Delivered' }, code)).toEqual({ failed: true });
  expect(await stranger('GET', '/_countersign/rules/7/records/45')).toEqual({ failed: true });
  expect(crm.saves.filter(({ method }) => method === 'PATCH')).toEqual([]);

  expect(await call('PATCH', note, { status: 'Delivered' }, code)).toMatchObject({
    status: 200,
    result: 'verified',
  });
  expect(crm.records.get('45')).toMatchObject({ status: 'Delivered' });
});
