import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TOKEN } from './stage.ts';
import { startVisits, type Visits } from './visits.ts';

let visits: Visits;
beforeAll(async () => {
  visits = await startVisits();
}, 180_000);
afterAll(() => visits.close());

describe('the console by keyboard', () => {
  it('all of it can be reached by keyboard, and the focus goes along', async () => {
    const page = await visits.open('now');
    await page.getByLabel('Token').waitFor();
    await page.keyboard.type(TOKEN);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Now' }).waitFor();
    const focused = () => page.evaluate(() => document.activeElement?.textContent);
    await page.evaluate(() => document.querySelector<HTMLElement>('.skip')?.focus());
    const passed: unknown[] = [];
    while (passed.at(-1) !== 'Radar' && passed.length < 10) {
      await page.keyboard.press('Tab');
      passed.push(await focused());
    }
    expect(passed).toEqual(['countersign', 'Now', 'Bench', 'Audit', 'Radar']);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Radar' }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
    await page.context().close();
  });

  it('a decision is found, and a request judged, by keyboard alone, and the focus is seen at each step', async () => {
    const page = await visits.openIn('now');
    const press = async (...keys: readonly string[]) => {
      for (const key of keys) {
        await page.keyboard.press(key);
        if (key !== 'Tab') continue;
        const outline = await page.evaluate(
          () => getComputedStyle(document.activeElement as Element).outline,
        );
        expect(outline).toMatch(/solid 3px$/);
      }
    };
    const focused = () => page.evaluate(() => document.activeElement?.textContent);
    await page.getByRole('status').getByText('live').waitFor();
    await page.getByRole('main').focus();
    await press('Tab');
    await page.keyboard.type('countersigned');
    await page.getByRole('status').getByText(/^1 of/).waitFor();
    await press('Tab', 'Tab', 'Tab', 'Tab');
    expect(await focused()).toMatch(/^Why/);
    await press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Why' }).waitFor();
    await page.getByRole('link', { name: 'Bench' }).focus();
    await press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Bench' }).waitFor();
    await press('Tab', 'ControlOrMeta+a');
    await page.keyboard.insertText(
      'PUT /api/DeliveryNotes/45\nContent-Type: application/json\n\n{"note":"x"}',
    );
    await press('Tab', 'Tab', 'Enter');
    await page.getByRole('status').getByText('pass').waitFor();
    await page.context().close();
  });
});
