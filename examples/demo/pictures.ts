import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { openRunFolder } from '../../test/harness/run-folder.ts';
import { startBrowser } from '../../test/scenarios/browser.ts';

/** Makes the pictures of the console from the demo, when its story is told: `node examples/demo/pictures.ts FOLDER`. */
const [, , folder = 'docs/images'] = process.argv;
const CONSOLE = /(http:\S+\/console\/) \(token (\S+)\)/;
const REQUEST = 'PATCH /api/DeliveryNotes/3\nContent-Type: application/json\n\n{"status": "Delivered"}';
const STORED = '{"status": "In Transit", "email": "emil@customer.test"}';

const demo = spawn(process.execPath, [fileURLToPath(new URL('demo.ts', import.meta.url)), '--port', '0'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
openRunFolder();
const started = await startBrowser();
try {
  const { url, token } = await whereItIs();
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
} finally {
  await started.stop();
  demo.kill('SIGINT');
}

/** What the demo says at the end of its story. */
async function whereItIs(): Promise<{ readonly url: string; readonly token: string }> {
  for await (const line of createInterface({ input: demo.stdout })) {
    const [, url, token] = CONSOLE.exec(line) ?? [];
    if (url && token) {
      demo.stdout.resume();
      return { url, token };
    }
  }
  throw new Error('the demo ended before it said where its console is');
}
