import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { openWorld } from '../harness/world.ts';
import { BROWSERS, ENTER } from './browsers.ts';
import type { FirefoxPage } from './firefox.ts';
import { openSite } from './site.ts';
import { otherThan } from './stage.ts';
import { openPage } from './table/places.ts';
import { rowsIn } from './table/rows.ts';

type Start = () => Promise<FirefoxPage>;
const opened = new Map<Start, Promise<FirefoxPage>>();
afterAll(async () => {
  for (const page of opened.values()) await (await page).stop();
});

/** A tab of a browser that is started once: that takes longer than what is looked at in it. */
function pageOf(start: Start): Promise<FirefoxPage> {
  const page = opened.get(start) ?? start();
  opened.set(start, page);
  return page;
}

describe.each(BROWSERS)('in a page in %s', (_, start) => rowsIn(async () => openPage(await pageOf(start))));

test.each(
  BROWSERS,
)('the client and its dialog save from a page of another origin in %s', async (_, start) => {
  const site = await openSite();
  const { url, crm, gateway } = await openWorld({ cors: { origins: [site.url], credentials: true } });
  crm.answerWith(({ method }, response, proceed) => {
    response.setHeader('Access-Control-Allow-Origin', site.url);
    response.setHeader('Access-Control-Allow-Methods', 'PATCH');
    response.setHeader('Access-Control-Allow-Headers', 'authorization, content-type');
    if (method === 'OPTIONS') response.writeHead(204).end();
    else proceed();
  });
  let asked = 0;
  const codes = createServer((_request, response) => {
    asked += 1;
    const code = gateway.lastCode() ?? '';
    response.setHeader('Access-Control-Allow-Origin', site.url).end(asked === 1 ? otherThan(code) : code);
  }).listen(0, '127.0.0.1');
  await once(codes, 'listening');
  const page = await pageOf(start);
  onTestFinished(() => {
    codes.close();
    site.close();
  });
  await page.goto(site.url);

  const save = (ask: string, status: string) => `(async () => {
    const api = countersign.withCountersign(fetch, { ask: ${ask} });
    const answer = await api(new Request('${url}/api/DeliveryNotes/45', {
      method: 'PATCH',
      headers: { 'Content-Type': 'application/json', Authorization: 'Bearer rep' },
      body: '{"status":"${status}"}',
    }));
    return answer.status + ' ' + answer.headers.get('OTPRULES-Result');
  })()`;
  const fetched = `async () => (await fetch('http://127.0.0.1:${(codes.address() as AddressInfo).port}')).text()`;
  expect(await page.run(save(fetched, 'Delivered'))).toBe('200 verified');
  expect([asked, crm.records.get('45')?.['status']]).toEqual([2, 'Delivered']);

  crm.records.set('45', { ...crm.records.get('45'), status: 'Created' });
  gateway.clock.advance(60_000);
  await page.run(`void (globalThis.saved = ${save('countersign.askWithDialog()', 'Delivered')})`);
  const shown = "document.querySelector('countersign-dialog')?.shadowRoot?.activeElement?.id ?? ''";
  while ((await page.run(shown)) !== 'code');
  await page.press(...(gateway.lastCode() ?? ''), ENTER);
  expect(await page.run('globalThis.saved')).toBe('200 verified');
  expect(await page.run("String(document.querySelector('countersign-dialog'))")).toBe('null');
});
