import { createServer, type Server } from 'node:net';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBrowser } from './browser.ts';
import { DemoProcess } from './demo-process.ts';

const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 60_000 });
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/** The verdicts that its console shows to who has the token that it says. */
async function decisionsOf({ output }: DemoProcess): Promise<readonly string[]> {
  const [, url, token] = /(http:\S+\/console\/) \(token (\S+)\)/.exec(output) ?? [];
  expect((await fetch(`${url}api/decisions`)).status).toBe(401);
  const answer = await fetch(`${url}api/decisions`, { headers: { authorization: `Bearer ${token}` } });
  const { decisions } = (await answer.json()) as { readonly decisions: { readonly verdict: string }[] };
  return decisions.map(({ verdict }) => verdict);
}

/** Two ports next to each other, and what takes them. */
async function takeTwoPorts(): Promise<{ readonly port: number; readonly takers: readonly Server[] }> {
  const listen = (port: number) =>
    new Promise<{ server: Server; port: number } | undefined>((resolve) => {
      const server = createServer();
      server.once('error', () => resolve(undefined));
      server.listen(port, '127.0.0.1', () => {
        const address = server.address();
        resolve({ server, port: typeof address === 'object' && address ? address.port : 0 });
      });
    });
  for (;;) {
    const first = await listen(0);
    const second = first && first.port < 65_000 ? await listen(first.port + 1) : undefined;
    const takers = [first, second].flatMap((taken) => taken?.server ?? []);
    if (first && second) return { port: first.port, takers };
    for (const taker of takers) taker.close();
  }
}

describe('the demo, and its page', { timeout: 240_000 }, () => {
  let demo: DemoProcess;
  let taken: Awaited<ReturnType<typeof takeTwoPorts>>;
  let browser: Browser;
  let stopBrowser = async () => {};
  beforeAll(async () => {
    taken = await takeTwoPorts();
    demo = await DemoProcess.start('--port', String(taken.port));
    ({ browser, stop: stopBrowser } = await startBrowser());
    await demo.pageUrl();
  }, 240_000);
  afterAll(async () => {
    await stopBrowser();
    await demo.stop();
    for (const taker of taken.takers) taker.close();
  });

  test('steps around ports that are taken', async () => {
    const page = Number(new URL(await demo.pageUrl()).port);
    const gateway = Number(/countersign http:\S+:(\d+)/.exec(demo.output)?.[1]);
    expect(page).toBeGreaterThan(taken.port + 1);
    expect(gateway).toBeGreaterThan(page);
    expect((await fetch(await demo.pageUrl())).status).toBe(200);
    expect(await decisionsOf(demo)).toEqual(expect.arrayContaining(['countersigned', 'otp-used']));
  });

  async function open(options: BrowserContextOptions = {}): Promise<Page> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
    await page.goto(await demo.pageUrl());
    return page;
  }

  test('plays both sides: refused, wrong code, right code, delivered', async () => {
    const page = await open();
    const hosts = new Set<string>();
    page.on('request', (request) => hosts.add(new URL(request.url()).hostname));
    const message = page.getByRole('status');
    const mails = page.locator('#mails li');
    const saves = page.locator('#received li:not(.read)');

    await page.getByRole('button', { name: '3. Standing desk' }).click();
    await eventually(() => mails.count()).toBe(2);
    const savesBefore = await saves.count();
    await page.getByLabel('Status').selectOption('Delivered');
    await page.getByRole('button', { name: 'Save' }).click();

    const field = page.getByLabel('The customer’s code');
    await field.waitFor();
    expect(await message.textContent()).toBe(
      'We have sent a code to e***@***.test. Ask the customer for it.',
    );
    expect(await page.locator('.code .hint').textContent()).toMatch(
      /^Sent to e\*\*\*@\*\*\*\.test, good until .*, 3 attempts/,
    );
    expect(await field.evaluate((element) => element.matches(':focus'))).toBe(true);
    await eventually(() => mails.count()).toBe(3);
    expect(await saves.count()).toBe(savesBefore);
    const mail = (await mails.first().textContent()) ?? '';
    expect(mail).toContain('emil@customer.test');
    const code = /^\d{5}\b/.exec((await mails.first().locator('p').last().textContent()) ?? '')?.[0] ?? '';
    expect(code).toHaveLength(5);

    await field.fill(code === '00000' ? '11111' : '00000');
    await page.getByRole('button', { name: 'Save with the code' }).click();
    await eventually(() => message.textContent()).toBe(
      'That code is not right. Look at the newest message again. Attempts remaining: 2.',
    );

    await field.fill(code);
    await page.getByRole('button', { name: 'Save with the code' }).click();
    await eventually(() => message.textContent()).toBe('Saved.');
    expect(await page.locator('#notes [aria-current]').textContent()).toContain('Delivered');
    await eventually(() => saves.count()).toBe(savesBefore + 1);
    expect(await saves.first().textContent()).toContain('{"status":"Delivered"}');
    expect(await page.locator('#received').textContent()).not.toMatch(new RegExp(`${code}|OTPRULES`, 'i'));
    expect(await (await fetch(`${await demo.pageUrl()}/crm/received`)).text()).not.toMatch(/OTPRULES/i);
    expect([...hosts]).toEqual(['127.0.0.1']);
  });

  test('is played by keyboard alone, and a code that got lost is sent again', async () => {
    const page = await open({ colorScheme: 'dark' });
    expect(await page.evaluate(BACKGROUND)).toBe('rgb(17, 21, 27)');
    const message = page.getByRole('status');
    const mails = page.locator('#mails li', { hasText: 'carla@customer.test' });
    await page.getByRole('button', { name: '1. 12 chairs' }).focus();
    await page.keyboard.press('Enter');
    await eventually(() => mails.count()).toBe(1);
    await tabTo(page, 'Status');
    await page.keyboard.type('Del');
    await tabTo(page, 'Save');
    await page.keyboard.press('Enter');
    await eventually(() => focusOf(page)).toBe('The customer’s code');
    await eventually(() => mails.count()).toBe(2);

    await tabTo(page, 'Send a new code');
    // Inside the cool-down the focus stays on the button; it goes to the code when one was sent. Each press waits for
    // its answer: one more Enter, in the field of the code, would send the form without a code.
    const pressResend = async () => {
      const answered = page.waitForResponse((response) => response.url().endsWith('/code'));
      await page.keyboard.press('Enter');
      return (await answered).ok();
    };
    await expect.poll(pressResend, { timeout: 60_000, interval: 500 }).toBe(true);
    await eventually(() => message.textContent()).toBe(
      'We have sent a new code to c***@***.test. The earlier one is no longer good.',
    );
    await eventually(() => mails.count()).toBe(3);
    expect(await focusOf(page)).toBe('The customer’s code');
    await page.keyboard.type(/^\d{5}\b/.exec(await newestMail(page))?.[0] ?? '');
    await page.keyboard.press('Enter');
    await eventually(() => message.textContent()).toBe('Saved.');
    expect(await page.locator('#notes [aria-current]').textContent()).toContain('Delivered');
  });

  test('is played by touch on a phone', async () => {
    const page = await open(PHONE);
    await page.getByLabel('Signed in as').selectOption('Ben');
    await page.getByRole('button', { name: '4. Piano stool' }).tap();
    await page.getByLabel('Status').selectOption('Delivered');
    await page.getByRole('button', { name: 'Save' }).tap();
    const field = page.getByLabel('The customer’s code');
    await field.waitFor();
    await eventually(() => page.locator('#mails li', { hasText: 'fritz@' }).count()).toBe(1);
    await page.getByRole('link', { name: 'the customers’ inbox' }).tap();
    await field.tap();
    await page.keyboard.type(/^\d{5}\b/.exec(await newestMail(page))?.[0] ?? '');
    await page.getByRole('button', { name: 'Save with the code' }).tap();
    await eventually(() => page.getByRole('status').textContent()).toBe('Saved.');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
  });

  test('every address that the demo names answers', async () => {
    const addresses = new Set(demo.output.match(/http:\/\/127\.0\.0\.1:\d+[^\s,]*/g));
    expect(addresses.size).toBe(5);
    // The console asks for its token first.
    const expected = (address: string) => (address.endsWith('/console/') ? 401 : 200);
    for (const address of addresses) expect((await fetch(address)).status, address).toBe(expected(address));
  });

  test('fits a phone, and shows what people write as text', async () => {
    const page = await open({ viewport: { width: 400, height: 900 } });
    await page.getByRole('button', { name: '3. Standing desk' }).click();
    await page.getByLabel('Subject').fill('<b>Desk</b><img src=x>');
    await page.getByRole('button', { name: 'Save' }).click();
    await eventually(() => page.getByRole('status').textContent()).toBe('Saved.');
    expect(await page.locator('#notes').textContent()).toContain('<b>Desk</b>');
    expect(await page.locator('main img, main b').count()).toBe(0);
    const widthOf = await page.evaluate('document.documentElement.scrollWidth');
    expect(widthOf).toBeLessThanOrEqual(400);
  });

  test('Ctrl-C leaves no process and no file behind', async () => {
    expect(await demo.leftovers()).toHaveLength(1);
    demo.pressControlC();
    expect(await demo.exit, demo.output).toBe(0);
    expect(demo.runs()).toBe(false);
    expect(await demo.leftovers()).toEqual([]);
  });
});

const BACKGROUND = 'getComputedStyle(document.body).backgroundColor';

/** The name of what has the focus, as a screen reader says it. */
const focusOf = (page: Page) =>
  page.evaluate<string>('(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim()');

/** Presses Tab until that has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; (await focusOf(page)) !== name; presses += 1) {
    if (presses === 40) throw new Error(`Tab never comes to ${name}`);
    await page.keyboard.press('Tab');
  }
}

const newestMail = async (page: Page): Promise<string> =>
  (await page.locator('#mails li').first().locator('p').last().textContent()) ?? '';
