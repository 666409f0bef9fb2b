import { createServer, type Server } from 'node:net';
import type { Page } from 'playwright-core';
import { afterEach, describe, expect, test } from 'vitest';
import { startBrowser } from './browser.ts';
import { DemoProcess } from './demo-process.ts';

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 20_000 });

async function startDemo(...options: string[]): Promise<DemoProcess> {
  const demo = await DemoProcess.start(...options);
  cleanUps.push(() => demo.stop());
  return demo;
}

async function openPage(url: string, width = 1280): Promise<Page> {
  const { browser, stop } = await startBrowser();
  cleanUps.push(stop);
  const page = await browser.newPage({ viewport: { width, height: 900 } });
  await page.goto(url);
  return page;
}

/** Two ports next to each other that are taken until the test ends. */
async function takeTwoPorts(): Promise<number> {
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
    for (const taken of [first, second]) cleanUps.push(async () => void taken?.server.close());
    if (first && second) return first.port;
  }
}

describe('the demo in the terminal', { timeout: 60_000 }, () => {
  test('tells each step of the story once and ends', async () => {
    const demo = await startDemo('--once', '--port', '0');
    expect(await demo.exit, demo.output).toBe(0);
    const answers = [...demo.output.matchAll(/^(\d)\. |gateway {2}<- (\d{3})/gm)].map(
      ([, step, status]) => step ?? status,
    );
    expect(answers).toEqual('1 200 2 200 3 428 4 5 403 6 200 7 200 409 8 428'.split(' '));
    expect(demo.output).toContain('a mail to carla@customer.test');
    expect(demo.output).toContain('a mail to dora@customer.test');
    expect(demo.output).toContain('"attempts_remaining": 2');
    expect(demo.output).toMatch(/^[\n\x20-\x7e]+$/);
    expect(await demo.leftovers()).toEqual([]);
  });

  test('steps around ports that are taken', async () => {
    const taken = await takeTwoPorts();
    const demo = await startDemo('--port', String(taken));
    const page = Number(new URL(await demo.pageUrl()).port);
    const gateway = Number(/countersign http:\S+:(\d+)/.exec(demo.output)?.[1]);
    expect(page).toBeGreaterThan(taken + 1);
    expect(gateway).toBeGreaterThan(page);
    expect((await fetch(await demo.pageUrl())).status).toBe(200);
  });

  test('Ctrl-C leaves no process and no file behind', async () => {
    const demo = await startDemo('--port', '0');
    await demo.pageUrl();
    expect(await demo.leftovers()).toHaveLength(1);
    demo.pressControlC();
    expect(await demo.exit, demo.output).toBe(0);
    expect(demo.runs()).toBe(false);
    expect(await demo.leftovers()).toEqual([]);
  });

  test('explains its options, and refuses those that it does not know', async () => {
    const helpful = await startDemo('--help');
    expect(await helpful.exit).toBe(0);
    expect(helpful.output).toContain('--once');
    const refusing = await startDemo('--prot', '1');
    expect(await refusing.exit).toBe(1);
    expect(refusing.output).toContain('--prot');
  });
});

describe('the page of the demo', { timeout: 120_000 }, () => {
  test('plays both sides: refused, wrong code, right code, delivered', async () => {
    const demo = await startDemo('--port', '0');
    const page = await openPage(await demo.pageUrl());
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

    const field = page.getByLabel('Code for “Delivery Confirmation OTP”');
    await field.waitFor();
    expect(await page.locator('.code .hint').textContent()).toMatch(
      /^Sent to e\*\*\*@\*\*\*\.test .*good until .*3 attempts/,
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
    await eventually(() => message.textContent()).toContain('Attempts remaining: 2');

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

  test('fits a phone, and shows what people write as text', async () => {
    const demo = await startDemo('--port', '0');
    const page = await openPage(await demo.pageUrl(), 400);
    await page.getByRole('button', { name: '3. Standing desk' }).click();
    await page.getByLabel('Subject').fill('<b>Desk</b><img src=x>');
    await page.getByRole('button', { name: 'Save' }).click();
    await eventually(() => page.getByRole('status').textContent()).toBe('Saved.');
    expect(await page.locator('#notes').textContent()).toContain('<b>Desk</b>');
    expect(await page.locator('main img, main b').count()).toBe(0);
    const widthOf = await page.evaluate('document.documentElement.scrollWidth');
    expect(widthOf).toBeLessThanOrEqual(400);
  });
});
