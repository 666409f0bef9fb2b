import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { RuleRow } from '../../src/contract.ts';
import { deliveryRule } from '../harness/delivery.ts';
import { until } from '../harness/until.ts';
import { openWorld, type WorldOptions } from '../harness/world.ts';
import { startBrowser } from '../scenarios/browser.ts';
import { openSite } from './site.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let site: Awaited<ReturnType<typeof openSite>>;
let chromium: Awaited<ReturnType<typeof startBrowser>>;
beforeAll(async () => {
  site = await openSite();
  chromium = await startBrowser();
}, 240_000);
afterAll(async () => {
  await chromium.stop();
  site.close();
});

async function openPage(settings: BrowserContextOptions = {}): Promise<Page> {
  const context = await chromium.browser.newContext(settings);
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.goto(site.url);
  return page;
}

/** A page whose button saves through a gateway of another origin, by the client and its dialog. */
async function openApp(options: WorldOptions = {}, settings: BrowserContextOptions = {}) {
  const world = await openWorld({ cors: { origins: [site.url], credentials: true }, ...options });
  // The CRM allows the page by itself, and knows nothing of codes.
  world.crm.answerWith(({ method, headers }, response, proceed) => {
    const asked = headers.filter(([name]) => name.toLowerCase() === 'access-control-request-headers');
    response.setHeader('Access-Control-Allow-Origin', site.url);
    response.setHeader('Access-Control-Allow-Methods', 'PATCH');
    response.setHeader('Access-Control-Allow-Headers', 'authorization, content-type');
    if (method === 'OPTIONS') response.writeHead(asked.length > 0 ? 204 : 403).end();
    else proceed();
  });
  const page = await openPage(settings);
  await page.evaluate(async (address) => {
    const { withCountersign, askWithDialog } = globalThis.countersign;
    const api = withCountersign(fetch, { ask: askWithDialog() });
    const said = document.querySelector('#said') as HTMLElement;
    (document.querySelector('#save') as HTMLElement).onclick = async () => {
      said.textContent = await api(`${address}/api/DeliveryNotes/45`, {
        method: 'PATCH',
        headers: { 'Content-Type': 'application/json', Authorization: 'Bearer rep' },
        body: '{"status":"Delivered"}',
      }).then(
        (response) => `saved ${response.status}`,
        (error) => `refused ${error.slug ?? error} ${error.gaveUp}`,
      );
    };
  }, world.url);
  const press = async (...keys: readonly string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const said = page.locator('#said');
  /** Focuses the button by the keyboard, and presses it. */
  const save = async () => {
    await press('Tab', 'Enter');
    await page.locator('countersign-dialog input').waitFor();
  };
  const tell = (text: string) => said.filter({ hasText: text }).waitFor();
  return { ...world, page, press, save, tell, focus: () => page.evaluate(() => document.activeElement?.id) };
}

const ROW: RuleRow = {
  rule: '7',
  name: 'Delivery Confirmation OTP',
  record: '45',
  result: 'otp-required',
  header: 'OTPRULES-OTP-7',
  field: 'OTPRULES_OTP_7',
  code_type: 'numeric',
  code_length: 6,
  sent_to: 'a***@***.com',
  attempts_remaining: 3,
  resends_remaining: 3,
};
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();

/** A page that shows the dialog for one challenge, and keeps the answer. */
async function openDialog(
  row: Partial<RuleRow> = {},
  {
    previous,
    texts = {},
    dir = 'ltr',
    ...settings
  }: BrowserContextOptions & {
    readonly previous?: string;
    readonly texts?: object;
    readonly dir?: string;
  } = {},
) {
  const page = await openPage(settings);
  await page.evaluate(
    async ({ row, previous, texts, dir }) => {
      const { askWithDialog } = globalThis.countersign;
      document.documentElement.dir = dir;
      (document.querySelector('#save') as HTMLElement).focus();
      const challenge = {
        rules: [row],
        previous,
        signal: new AbortController().signal,
        resend: async () => ({
          ...row,
          result: 'sent',
          expires_at: new Date(Date.now() + 300_000).toISOString(),
        }),
      } as never;
      Promise.resolve(askWithDialog({ texts })(challenge)).then((answer) => {
        (document.querySelector('#said') as HTMLElement).textContent = JSON.stringify(answer) ?? 'undefined';
      });
    },
    { row: { ...ROW, expires_at: inSeconds(299), ...row }, previous, texts, dir },
  );
  const dialog = page.locator('countersign-dialog');
  const input = dialog.locator('input');
  await input.waitFor();
  return {
    page,
    dialog,
    input,
    button: (name: string | RegExp) => dialog.getByRole('button', { name }),
    answered: async () => {
      await dialog.waitFor({ state: 'detached' });
      return page.locator('#said').textContent();
    },
  };
}

async function findingsOf(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: { id: string }[] }> } };
    return (await axe.run()).violations.map(({ id }) => id);
  });
}

describe('a page of another origin, by the keyboard alone', () => {
  it('saves with the code that is typed into the dialog, and the focus is where it was', async () => {
    const { save, press, page, tell, focus, code, crm } = await openApp();
    await save();
    await page.keyboard.type(code());
    await press('Enter');
    await tell('saved 200');
    expect(await focus()).toBe('save');
    expect(await page.locator('countersign-dialog').count()).toBe(0);
    expect(crm.records.get('45')).toMatchObject({ status: 'Delivered' });
  });

  it('is told of a wrong code and of the attempts that are left, and asked again', async () => {
    const { save, press, page, tell, code } = await openApp();
    await save();
    await page.keyboard.type(code() === '000000' ? '111111' : '000000');
    await press('Enter');
    await page.getByRole('alert').filter({ hasText: 'That was not the code.' }).waitFor();
    expect(await page.getByText('Attempts left: 2').count()).toBe(1);
    expect(await page.locator('countersign-dialog input').getAttribute('aria-invalid')).toBe('true');
    await page.keyboard.type(code());
    await press('Enter');
    await tell('saved 200');
  });

  it.each(['Escape', 'Cancel'])('gives up by %s, and nothing is saved', async (way) => {
    const { save, press, page, tell, focus, crm } = await openApp();
    await save();
    await press(...(way === 'Escape' ? ['Escape'] : ['Tab', 'Tab', 'Enter']));
    await tell('refused otp-required true');
    expect(await focus()).toBe('save');
    expect(await page.locator('countersign-dialog').count()).toBe(0);
    expect(crm.saves).toEqual([]);
  });

  it('has the code sent again when that is allowed', async () => {
    const { save, page, tell, gateway, press } = await openApp({
      rules: [deliveryRule({ code: { cooldown: '1s' } })],
    });
    await save();
    gateway.clock.advance(1500);
    await page.getByRole('button', { name: 'Send the code again' }).click();
    await until(() => gateway.outbox.messages().length === 2);
    await page.keyboard.type(gateway.lastCode() ?? '');
    await press('Enter');
    await tell('saved 200');
  });

  it('asks for the codes of two rules, one after the other', async () => {
    const { save, page, tell, gateway, press } = await openApp({
      rules: [deliveryRule(), deliveryRule({ id: 8, name: 'Stock' })],
    });
    await save();
    const codeOf = (id: string) => gateway.outbox.messages().find(({ rule }) => rule === id)?.code ?? '';
    await page.keyboard.type(codeOf('7'));
    await press('Enter');
    await page.getByLabel('Code for “Stock”').waitFor();
    await page.keyboard.type(codeOf('8'));
    await press('Enter');
    await tell('saved 200');
  });
});

describe('the dialog', () => {
  it('is what a screen reader needs to know', async () => {
    const { page } = await openDialog({ resend_after: inSeconds(29) }, { previous: 'otp-invalid' });
    const tree = await page.locator('countersign-dialog').ariaSnapshot();
    expect(tree.replace(/\d:\d\d/g, '0:00')).toBe(
      [
        '- dialog "The customer’s code":',
        '  - heading "The customer’s code" [level=2]',
        '  - paragraph: A code was sent to a***@***.com. Ask the customer for it.',
        '  - text: Code for “Delivery Confirmation OTP”',
        '  - textbox "Code for “Delivery Confirmation OTP”" [invalid]',
        '  - alert: That was not the code.',
        '  - paragraph:',
        '    - text: "Attempts left: 3 Good for"',
        '    - timer: 0:00',
        '  - button "Confirm"',
        '  - button "Cancel"',
        '  - button "Send again in 0:00" [disabled]',
      ].join('\n'),
    );
  });

  it.each([
    ['light', 'ltr'],
    ['dark', 'rtl'],
  ] as const)('has nothing that axe would find, %s and %s', async (colorScheme, dir) => {
    const { page } = await openDialog(
      { resend_after: inSeconds(29) },
      { previous: 'otp-invalid', colorScheme, dir },
    );
    expect(await findingsOf(page)).toEqual([]);
  });

  it.each([' 454 415 ', '454-415', '454‑415'])('takes "%s" as it is pasted', async (pasted) => {
    const { page, input, answered } = await openDialog();
    await input.focus();
    await page.evaluate((text) => {
      const data = new DataTransfer();
      data.setData('text/plain', text);
      document.execCommand('insertText', false, text);
    }, pasted);
    expect(await input.inputValue()).toBe('454415');
    await page.keyboard.press('Enter');
    expect(await answered()).toBe('"454415"');
  });

  it.each([
    ['numeric', 'numeric', 'off'],
    ['alphanumeric', 'text', 'characters'],
  ] as const)('has the keyboard of a code that is %s', async (code_type, inputmode, autocapitalize) => {
    const { input } = await openDialog({ code_type });
    const attributes = ['autocomplete', 'inputmode', 'autocapitalize'];
    expect(await Promise.all(attributes.map((name) => input.getAttribute(name)))).toEqual([
      'one-time-code',
      inputmode,
      autocapitalize,
    ]);
  });

  it('takes no code that has expired, until a new one is sent', async () => {
    const { page, button, input, answered, dialog } = await openDialog({ expires_at: inSeconds(1) });
    await dialog.getByRole('alert').filter({ hasText: 'The code has expired.' }).waitFor();
    expect(await button('Confirm').isDisabled()).toBe(true);
    await button('Send the code again').click();
    await dialog.getByRole('button', { name: 'Confirm', disabled: false }).waitFor();
    expect(await dialog.getByRole('timer').textContent()).toMatch(/^[45]:\d\d$/);
    await input.fill('454415');
    await page.keyboard.press('Enter');
    expect(await answered()).toBe('"454415"');
  });

  it('says what it was given to say', async () => {
    const { button, dialog } = await openDialog(
      {},
      { texts: { submit: 'Bestätigen', prompt: 'An {sentTo} gesandt.' } },
    );
    expect(await button('Bestätigen').count()).toBe(1);
    expect(await dialog.getByText('An a***@***.com gesandt.').count()).toBe(1);
  });

  it('lets who waits for the customer wait, where the rule has a page', async () => {
    const { button, answered } = await openDialog({ confirm: 'page' });
    await button('Wait for the customer’s answer').click();
    expect(await answered()).toBe('"wait"');
  });

  it.each(['ltr', 'rtl'])('is whole on a page of 320 pixels (%s), and nothing of it moves', async (dir) => {
    const settings = { viewport: { width: 320, height: 480 }, reducedMotion: 'reduce', dir } as const;
    const name = 'A rule with a name of a great many words that goes on and on';
    const { page, dialog } = await openDialog({ name, resend_after: inSeconds(29) }, settings);
    const box = await dialog.getByRole('dialog').boundingBox();
    expect(box && box.x >= 0 && box.x + box.width <= 320 && box.y >= 0 && box.y + box.height <= 480).toBe(
      true,
    );
    const isWide = await page.evaluate(() => {
      const shown = document.querySelector('countersign-dialog')?.shadowRoot?.querySelector('dialog');
      return document.documentElement.scrollWidth > 320 || (shown && shown.scrollWidth > shown.clientWidth);
    });
    expect(isWide).toBe(false);
    expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
  });
});
