import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { deliveryRule } from '../harness/delivery.ts';
import { startBrowser } from '../scenarios/browser.ts';
import { type ConsoleStage, startConsole, TOKEN } from './stage.ts';

/** What a browser would run, if it took a text for markup. */
export const EVIL = '<img src=x onerror="document.title=\'taken\'">';
export const SHADOW = deliveryRule({ id: 9, name: EVIL, mode: 'shadow' });

export type Look = { readonly width?: number; readonly dark?: boolean };

/** A browser before a console that has something to show: a save that was countersigned, refused ones, one that passed. */
export type Visits = {
  readonly stage: ConsoleStage;
  /** A folder for the test. */
  readonly folder: string;
  /** A page as somebody sees it who comes to it first. */
  open(path: string, look?: Look): Promise<Page>;
  /** The same, logged in. */
  openIn(path: string, look?: Look): Promise<Page>;
  close(): Promise<void>;
};

export async function startVisits(): Promise<Visits> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-console-'));
  const { browser, stop } = await startBrowser();
  const stage = await startConsole(
    {},
    {
      audit: { kind: 'file', path: join(folder, 'audit.jsonl') },
      callers: [{ basic: true }],
      rules: [deliveryRule(), SHADOW] as never,
    },
  );
  const { rep, gateway } = stage;
  await rep.deliver();
  gateway.clock.advance(60_000);
  await rep.deliver('000000');
  await rep.deliver(gateway.lastCode());
  await rep.call('PUT', '/api/DeliveryNotes/45', { note: EVIL });
  await rep.call('POST', `/api/${encodeURIComponent(EVIL)}`, {});

  async function open(path: string, { width = 1280, dark = false }: Look = {}): Promise<Page> {
    const context = await browser.newContext({
      viewport: { width, height: 900 },
      colorScheme: dark ? 'dark' : 'light',
      acceptDownloads: true,
    });
    const page = await context.newPage();
    page.on('pageerror', (fault) => expect.fail(`the page threw ${fault.message}`));
    await page.goto(`${stage.adminUrl}/console/${path}`);
    return page;
  }
  return {
    stage,
    folder,
    open,
    async openIn(path, look = {}) {
      const page = await open(path, look);
      await logIn(page);
      await page.getByRole('heading', { level: 1 }).filter({ hasNotText: 'Log in' }).waitFor();
      return page;
    },
    async close() {
      await stop();
      await stage.close();
      rmSync(folder, { recursive: true });
    },
  };
}

export async function logIn(page: Page): Promise<void> {
  await page.getByLabel('Token').fill(TOKEN);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('navigation').waitFor();
}
