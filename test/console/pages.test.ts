import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { run } from '../cli/run.ts';
import { deliveryRule, gatewayOptions } from '../harness/delivery.ts';
import { findingsOf } from './findings.ts';
import { EVIL, logIn, SHADOW, startVisits, type Visits } from './visits.ts';

const PAGES = ['now', 'bench', 'audit', 'radar', 'rules'];

let visits: Visits;
beforeAll(async () => {
  visits = await startVisits();
}, 180_000);
afterAll(() => visits.close());

describe('the console in a browser', () => {
  it('shows the log-in form and nothing else until the token is given', async () => {
    const page = await visits.open('radar');
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    expect(await page.getByRole('navigation').isVisible()).toBe(false);
    await page.getByLabel('Token').fill('wrong');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByText('The token is wrong.').waitFor();
    await logIn(page);
    await page.getByRole('heading', { level: 1, name: 'Radar' }).waitFor();
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    await page.context().close();
  });

  it('Now shows decisions as they happen, filters them, and leads to why', async () => {
    const page = await visits.openIn('now');
    const rows = page.locator('tbody tr');
    const before = await rows.count();
    expect(before).toBeGreaterThanOrEqual(4);
    await visits.stage.rep.call('PUT', '/api/DeliveryNotes/45', { note: 'as it happens' });
    await page.waitForFunction((count) => document.querySelectorAll('tbody tr').length > count, before);
    await page.getByLabel('Verdict').selectOption('countersigned');
    expect(await rows.count()).toBe(1);
    await rows.first().getByRole('link', { name: /Why/ }).click();
    await page.getByRole('heading', { level: 1, name: 'Why' }).waitFor();
    expect(await page.locator('nav [aria-current]').allInnerTexts()).toEqual(['Now']);
    await page.getByText('changed_to status Delivered').first().waitFor();
    await page.getByText('save-countersigned').waitFor();
    await page.getByText('confirmed by code (rule 7)').waitFor();
    expect(await page.getByRole('main').textContent()).not.toContain('[object');
    expect(await page.getByRole('main').textContent()).toContain('status');
    await page.context().close();
  });

  it('Now counts what it shows, and on a phone takes no place for what is not there', async () => {
    const page = await visits.openIn('now', { width: 390 });
    const sums = async () => (await page.getByRole('region', { name: 'Outcomes' }).innerText()).split(/\n+/);
    await page.getByLabel('Verdict').selectOption('otp-invalid');
    expect((await sums()).map((word) => word.toLowerCase())).toEqual([
      'passed',
      '0',
      'countersigned',
      '0',
      'refused',
      '1',
      'failed',
      '0',
    ]);
    await page.getByLabel('Verdict').selectOption('unmapped-write');
    const row = page.locator('tbody tr').first();
    expect(await row.innerText()).not.toMatch(/none|–/);
    expect(await row.innerText()).toContain('POST');
    await page.setViewportSize({ width: 1280, height: 900 });
    expect(await row.innerText()).toMatch(/none/);
    await page.context().close();
  });

  it('Now says whether it is live', async () => {
    const page = await visits.openIn('now');
    await page.getByRole('status').getByText('live').waitFor();
    await page.getByLabel('Pause').check();
    await page.getByRole('status').getByText('paused').waitFor();
    await page.getByLabel('Pause').uncheck();
    await page.route('**/decisions/stream', (route) => route.abort());
    await page.reload();
    await page.getByRole('status').getByText('not connected').waitFor();
    await page.context().close();
  });

  it('the bench judges what is pasted in as the gateway does, and saves it as a test', async () => {
    const page = await visits.openIn('bench');
    await page
      .getByLabel('Request')
      .fill('PUT /api/DeliveryNotes/45\nContent-Type: application/json\n\n{"status":"Delivered"}');
    await page.getByLabel('Stored record').fill('{"status":"On the way","email":"ann@example.com"}');
    const before = visits.stage.crm.received.length;
    const messages = visits.stage.gateway.outbox.messages().length;
    await page.getByRole('button', { name: 'Judge' }).click();
    await page.getByRole('status').getByText('otp-required').waitFor();
    await page.getByText('changed_to status Delivered').first().waitFor();
    expect([visits.stage.crm.received.length, visits.stage.gateway.outbox.messages().length]).toEqual([
      before,
      messages,
    ]);
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save as test' }).click();
    const path = await (await download).path();
    const { cases } = parse(readFileSync(path, 'utf8')) as { cases: object[] };
    expect(cases).toEqual([
      expect.objectContaining({
        expect: 'otp-required',
        before: { status: 'On the way', email: 'ann@example.com' },
      }),
    ]);
    // It is a file that `countersign test` takes, and that fails where the rule is another.
    const judgedBy = (status: string) => {
      const rules = [deliveryRule({ when: { changed_to: ['status', status] } }), SHADOW];
      const options = {
        ...gatewayOptions('http://127.0.0.1:1'),
        rules,
        secret: { env: 'COUNTERSIGN_SECRET' },
      };
      mkdirSync(join(visits.folder, 'cases'), { recursive: true });
      writeFileSync(join(visits.folder, 'countersign.yaml'), stringify(options));
      copyFileSync(path, join(visits.folder, 'cases', 'bench.test.yaml'));
      return run(['test', join('cases', 'bench.test.yaml')], visits.folder);
    };
    expect(judgedBy('Delivered')).toMatchObject({ code: 0, out: expect.stringContaining('from the bench') });
    expect(judgedBy('Returned').code).toBe(4);
    await page.getByLabel('Stored record').fill('no JSON');
    await page.getByRole('button', { name: 'Judge' }).click();
    await page.getByRole('status').getByText('The stored record is no JSON').waitFor();
    await page.context().close();
  });

  it('the audit says that it is whole, finds a record, and gives a proof', async () => {
    const page = await visits.openIn('audit');
    await page.getByRole('status').getByText('whole').waitFor();
    await page.getByLabel('Record').fill('45');
    await page.getByRole('button', { name: 'Search' }).click();
    const row = page.locator('tbody tr', { hasText: 'save-countersigned' });
    const download = page.waitForEvent('download');
    await row.getByRole('link', { name: /Proof/ }).click();
    const path = await (await download).path();
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ proof: 'countersign/1' });
    expect(await page.getByRole('main').textContent()).not.toContain('[object');
    await page.getByLabel('Record').fill('nobody');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByText('The audit tells of no such event.').waitFor();
    await page.context().close();
  });

  it('the radar shows who asked, and the rules what is in force', async () => {
    const page = await visits.openIn('radar');
    expect(await page.locator('tbody tr').count()).toBeGreaterThan(0);
    await page.getByText('10 codes or more of which fewer than 20 % were entered').waitFor();
    await page.getByText('within 5 s of its sending; an address that confirms 3 records or more').waitFor();
    await page.getByRole('link', { name: 'Rules', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Rules' }).waitFor();
    await page.getByText('Delivery Confirmation OTP').waitFor();
    await page.context().close();
  });

  it('what a name, a value or a caller says is text, and nothing of it runs', async () => {
    const page = await visits.openIn('rules');
    await page.getByText(EVIL).waitFor();
    for (const path of PAGES) {
      await page.getByRole('link', { name: path, exact: false }).first().click();
      await page.getByRole('heading', { level: 1 }).waitFor();
      expect(await page.locator('main img').count()).toBe(0);
      expect(await page.title()).not.toBe('taken');
    }
    await page.context().close();
  });

  it.each([
    1280, 390,
  ])('at %s px, light and dark, axe finds nothing, and nothing is wider than the window', async (width) => {
    const page = await visits.open('now', { width });
    await page.getByLabel('Token').waitFor();
    expect(await findingsOf(page)).toEqual([]);
    await logIn(page);
    const { decisions } = await visits.stage.api('decisions?verdict=countersigned');
    const [{ decision: why } = { decision: '' }] = decisions as { readonly decision: string }[];
    for (const path of [...PAGES, `why/${why}`]) {
      await page.goto(`${visits.stage.adminUrl}/console/${path}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForLoadState('load');
      expect([path, await findingsOf(page, `${path.split('/')[0]}-${width}`)]).toEqual([path, []]);
      expect(
        await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
      ).toBeLessThanOrEqual(0);
    }
    await page.context().close();
  });
});
