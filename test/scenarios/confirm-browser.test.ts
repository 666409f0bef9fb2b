import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createOutbox } from '../../src/channels/outbox/outbox.ts';
import { STORED } from '../harness/crm.ts';
import { deliveryRule, gatewayOptions } from '../harness/delivery.ts';
import { freePort } from '../harness/free-port.ts';
import { openCrm, openFolder, openGateway } from '../harness/world.ts';
import { startBrowser } from './browser.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PHONE: BrowserContextOptions = {
  viewport: { width: 360, height: 740 },
  deviceScaleFactor: 2,
  isMobile: true,
};
/** Where the screenshots go that somebody wants to look at. */
const SHOTS = process.env['COUNTERSIGN_SHOTS'];

let stopBrowser = async () => {};
let browser: Browser;
beforeAll(async () => {
  const started = await startBrowser();
  browser = started.browser;
  stopBrowser = started.stop;
});
afterAll(() => stopBrowser());

const send = {
  to: [{ channel: 'email', address: 'email' }],
  language: { field: 'lang', default: 'en' },
  message: { en: 'See {{link}}', de: 'Siehe {{link}}' },
  subject: { en: 'A question', de: 'Eine Frage' },
  changeMessage: { en: 'See {{link}}', de: 'Siehe {{link}}' },
};

async function openStage(lang: string) {
  const crm = await openCrm({ records: { '45': { ...STORED, lang } } });
  const port = await freePort();
  const outbox = createOutbox({ addressKind: 'email' });
  const options = gatewayOptions(crm.url, {
    listen: { port },
    publicUrl: `http://127.0.0.1:${port}`,
    rules: [deliveryRule({ confirm: 'page', binds: 'body', send })],
  });
  const { rep } = await openGateway(options, { channels: { email: outbox } });
  const save = {
    note: `Left with ${'a very long name without any blank '.replaceAll(' ', '')}${'x'.repeat(80)}`,
    greeting: 'pay שלום 12 <b>now</b>',
    email: '',
  };
  const deliver = () => rep.deliver(undefined, { ...save, email: 'ann@example.com' });
  await deliver();
  return { crm, rep, deliver, link: outbox.messages().at(-1)?.link ?? '' };
}

test.each([
  ['en', 'light', 'Yes, I agree', 'Thank you. This change may be made now, once.'],
  ['de', 'dark', 'Ja, ich stimme zu', 'Vielen Dank. Die Änderung darf jetzt einmal vorgenommen werden.'],
] as const)('on a phone, in %s and %s, without scripts, the customer reads it all and presses yes', async (lang, colorScheme, yes, thanks) => {
  const { crm, deliver, link } = await openStage(lang);
  const context = await browser.newContext({ ...PHONE, colorScheme, javaScriptEnabled: false });
  const requests: string[] = [];
  const page = await context.newPage();
  page.on('request', (request) => requests.push(`${request.method()} ${request.url()}`));
  await page.goto(link);
  await shoot(page, `${lang}-${colorScheme}-question`);
  for (const text of [yes, 'status', 'Out for delivery', 'Delivered', '<b>now</b>'])
    expect(await page.getByText(text).first().isVisible()).toBe(true);
  await page.getByRole('button', { name: yes }).click();
  await page.getByRole('heading', { name: thanks }).waitFor();
  await shoot(page, `${lang}-${colorScheme}-thanks`);
  expect(await page.getByRole('button').count()).toBe(0);
  await page.goto(link);
  await shoot(page, `${lang}-${colorScheme}-again`);
  expect(requests.filter((request) => !request.endsWith(link) && !request.endsWith('/favicon.ico'))).toEqual(
    [],
  );
  expect(requests.filter((request) => request.startsWith('POST'))).toHaveLength(1);
  await context.close();
  expect((await deliver()).result).toBe('verified');
  expect(crm.saves).toHaveLength(1);
});

test('axe finds nothing on a page, in either light, and nothing is wider than the phone', async () => {
  const { link, rep } = await openStage('en');
  for (const colorScheme of ['light', 'dark'] as const) {
    const context = await browser.newContext({ ...PHONE, colorScheme });
    const page = await context.newPage();
    await page.goto(link);
    await page.evaluate(AXE);
    const found = await page.evaluate(async () => {
      const axe = (globalThis as unknown as { axe: { run(): Promise<{ violations: { id: string }[] }> } })
        .axe;
      return (await axe.run()).violations.map(({ id }) => id);
    });
    expect(found).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    await context.close();
  }
  const context = await browser.newContext(PHONE);
  const page = await context.newPage();
  await page.goto(link);
  await page.getByRole('button', { name: 'No, that was not me' }).click();
  await page.getByRole('heading', { name: /This change was stopped/ }).waitFor();
  await context.close();
  expect((await rep.standing()).json.result).toBe('declined');
});

test('a page that frames it, or posts to it, gets nothing', async () => {
  const { link, rep, crm } = await openStage('en');
  crm.answerWith((_received, response) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end(`<iframe src="${link}"></iframe><form method="post" action="${link}">
      <input name="page" value="x"><input name="answer" value="yes"><button>Win</button></form>`);
  });
  const context = await browser.newContext();
  const page = await context.newPage();
  const blocked: string[] = [];
  page.on('console', (line) => blocked.push(line.text()));
  await page.goto(`${crm.url}/evil`);
  await page.getByRole('button', { name: 'Win' }).click();
  await page.getByRole('heading', { name: /came from another page/ }).waitFor();
  expect(blocked.join('\n')).toMatch(/frame-ancestors|X-Frame-Options/i);
  await context.close();
  crm.answerWith();
  expect((await rep.standing()).json.result).toBe('living');
});

async function shoot(
  page: { screenshot(options: { path: string; fullPage: boolean }): Promise<unknown> },
  name: string,
) {
  await page.screenshot({ path: join(SHOTS ?? openFolder(), `${name}.png`), fullPage: true });
}
