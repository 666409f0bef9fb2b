import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { createPageServer } from '../../examples/demo/page-server.ts';
import { listen } from '../../examples/demo/part.ts';
import { openWorld } from '../harness/world.ts';
import { startBrowser } from '../scenarios/browser.ts';

test('the page of 40 lines delivers a note with the code that is typed into the dialog', async () => {
  const example = readFileSync(new URL('../../examples/browser/index.html', import.meta.url), 'utf8');
  expect(example.trimEnd().split('\n').length).toBeLessThanOrEqual(40);

  const { url, crm, gateway } = await openWorld();
  const server = createPageServer({ gateway: url, crm: crm.url, inbox: crm.url });
  const site = await listen(server, 0);
  const { browser, stop } = await startBrowser();
  onTestFinished(async () => {
    await stop();
    server.close();
    server.closeAllConnections();
  });
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  await page.goto(`${site}/browser/`);
  await page.getByRole('button', { name: 'Deliver 45' }).click();
  const field = page.getByLabel('Code for');
  await field.waitFor();
  await field.fill(gateway.lastCode() ?? '');
  await page.keyboard.press('Enter');
  await page.getByRole('status').filter({ hasText: 'Note 45 is delivered.' }).waitFor();
  expect(crm.records.get('45')).toMatchObject({ status: 'Delivered' });
  expect(errors).toEqual([]);
});
