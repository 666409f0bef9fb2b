import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { openRunFolder } from '../../test/harness/run-folder.ts';
import { startBrowser } from '../../test/scenarios/browser.ts';

/** Makes the pictures of the demo and of its console, when the story is told: `node examples/demo/pictures.ts FOLDER`. */
const [, , folder = 'docs/images'] = process.argv;
const CONSOLE = /(http:\S+\/console\/) \(token (\S+)\)/;
const BOTH_SIDES = /^Play both sides: (http:\S+)/;
const REQUEST = 'PATCH /api/DeliveryNotes/3\nContent-Type: application/json\n\n{"status": "Delivered"}';
const STORED = '{"status": "In Transit", "email": "emil@customer.test"}';

const demo = spawn(process.execPath, [fileURLToPath(new URL('demo.ts', import.meta.url)), '--port', '0'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
openRunFolder();
const started = await startBrowser();
try {
  const { url, token, bothSides } = await whereItIs();
  await mkdir(folder, { recursive: true });
  const context = await started.browser.newContext({
    viewport: { width: 1280, height: 720 },
    colorScheme: 'light',
    locale: 'en-GB',
    timezoneId: 'Europe/Lisbon',
  });
  const page = await context.newPage();
  const picture = (name: string) =>
    page.screenshot({ path: join(folder, `console-${name}.png`), fullPage: true });
  await page.goto(url);
  await page.getByLabel('Token').fill(token);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('status').getByText('live').waitFor();
  await picture('now');
  await page
    .getByRole('row', { name: /countersigned/ })
    .getByRole('link', { name: /Why/ })
    .click();
  await page.getByRole('heading', { level: 1, name: 'Why' }).waitFor();
  await picture('why');
  await page.getByRole('link', { name: 'Bench' }).click();
  await page.getByLabel('Request').fill(REQUEST);
  await page.getByLabel('Stored record').fill(STORED);
  await page.getByRole('button', { name: 'Judge' }).click();
  await page.getByRole('button', { name: 'Save as test' }).waitFor();
  await picture('bench');
  await page.getByRole('link', { name: 'Audit' }).click();
  await page.getByRole('status').getByText('whole').waitFor();
  await picture('audit');
  await page.getByRole('link', { name: 'Radar' }).click();
  await page.getByRole('heading', { level: 1, name: 'Radar' }).waitFor();
  await picture('radar');
  const play = await context.newPage();
  await play.setViewportSize({ width: 1180, height: 860 });
  await play.goto(bothSides);
  await play.getByRole('button', { name: '3. Standing desk' }).click();
  await play.getByLabel('Status').selectOption('Delivered');
  await play.getByRole('button', { name: 'Save' }).click();
  await play.getByLabel('The customer’s code').waitFor();
  await play.getByText('To emil@customer.test').waitFor();
  await play.screenshot({ path: join(folder, 'demo.png') });
} finally {
  await started.stop();
  demo.kill('SIGINT');
}

/** What the demo says at the end of its story. */
async function whereItIs(): Promise<Where> {
  let admin: Omit<Where, 'bothSides'> | undefined;
  for await (const line of createInterface({ input: demo.stdout })) {
    const [, url, token] = CONSOLE.exec(line) ?? [];
    if (url && token) admin = { url, token };
    const [, bothSides] = BOTH_SIDES.exec(line) ?? [];
    if (bothSides && admin) {
      demo.stdout.resume();
      return { ...admin, bothSides };
    }
  }
  throw new Error('the demo ended before it said where its pages are');
}

type Where = { readonly url: string; readonly token: string; readonly bothSides: string };
