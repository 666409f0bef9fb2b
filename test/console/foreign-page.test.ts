import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startBrowser } from '../scenarios/browser.ts';
import { type ConsoleStage, startConsole, TOKEN } from './stage.ts';

let stage: ConsoleStage;
let started: Awaited<ReturnType<typeof startBrowser>>;
beforeAll(async () => {
  started = await startBrowser();
  stage = await startConsole();
  await stage.rep.deliver();
}, 180_000);
afterAll(async () => {
  await started.stop();
  await stage.close();
});

/** Somebody who is logged in, in a browser. */
async function loggedIn(): Promise<BrowserContext> {
  const context = await started.browser.newContext();
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.goto(`${stage.adminUrl}/console/now`);
  await page.getByLabel('Token').fill(TOKEN);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('heading', { level: 1, name: 'Now' }).waitFor();
  return context;
}

/** A page of somebody else, under this name of this machine. */
async function foreignPage(context: BrowserContext, host: string, html: string): Promise<Page> {
  const server = createServer((_request, response) => {
    response
      .writeHead(200, { 'content-type': 'text/html' })
      .end(`<!doctype html><title>foreign</title>${html}`);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close().closeAllConnections());
  const page = await context.newPage();
  await page.goto(`http://${host}:${(server.address() as AddressInfo).port}/`);
  return page;
}

/** One of the same site, whose requests have the cookie, and one of another site. */
describe.each(['127.0.0.1', 'localhost'])('a page of another origin, on %s', (host) => {
  it.each(['iframe', 'object', 'embed'])('shows nothing of the console in an <%s>', async (element) => {
    const context = await loggedIn();
    const where = element === 'object' ? 'data' : 'src';
    const answered = context.waitForEvent('response', (response) =>
      response.url().endsWith('/console/now?framed'),
    );
    const page = await foreignPage(
      context,
      host,
      `<${element} ${where}="${stage.adminUrl}/console/now?framed" width="900" height="600"></${element}>`,
    );
    await answered;
    await page.waitForLoadState('load');
    for (const frame of page.frames().slice(1)) {
      await frame.waitForLoadState().catch(() => undefined);
      expect(frame.url()).not.toContain('/console/now');
      // A frame that is gone shows nothing, either.
      const shown = await frame
        .locator('nav, h1, #main')
        .count()
        .catch((fault: Error) => (fault.message.includes('detached') ? 0 : fault.message));
      expect(shown).toBe(0);
    }
    // The same browser shows it to who opens it themselves.
    const own = await context.newPage();
    await own.goto(`${stage.adminUrl}/console/now`);
    await own
      .getByRole('row', { name: /otp-required/ })
      .first()
      .waitFor();
  });

  it('reads nothing, opens no stream, judges nothing and logs nobody out', async () => {
    const context = await loggedIn();
    const page = await foreignPage(context, host, '<p>hello</p>');
    const read = await page.evaluate(async (url) => {
      const tried = async (path: string, options: RequestInit = {}) => {
        try {
          const answer = await fetch(`${url}/console/${path}`, { credentials: 'include', ...options });
          return `${answer.type} ${await answer.text()}`;
        } catch {
          return 'nothing';
        }
      };
      const streamed = new Promise<string>((resolve) => {
        const source = new EventSource(`${url}/console/api/decisions/stream`, { withCredentials: true });
        source.onopen = () => resolve('open');
        source.onerror = () => resolve('nothing');
      });
      const script = new Promise<string>((resolve) => {
        const element = document.createElement('script');
        element.src = `${url}/console/api/decisions`;
        element.onload = () => resolve('loaded');
        element.onerror = () => resolve('nothing');
        document.body.append(element);
      });
      return [
        await tried('api/decisions'),
        await tried('api/session'),
        await tried('api/decisions', { mode: 'no-cors' }),
        await tried('api/bench', { method: 'POST', body: '{"request":"GET /x"}' }),
        await tried('logout', { method: 'POST', mode: 'no-cors' }),
        await streamed,
        await script,
      ];
    }, stage.adminUrl ?? '');
    // What is opaque has no text.
    for (const each of read) expect(['nothing', 'opaque ']).toContain(each);
    const own = await context.newPage();
    await own.goto(`${stage.adminUrl}/console/radar`);
    await own.getByRole('heading', { level: 1, name: 'Radar' }).waitFor();
  });
});
