import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium as playwright } from 'playwright-core';
import { onceARun } from '../harness/run-folder.ts';

/** A real browser that needs nothing of the machine. */
export async function startBrowser(): Promise<{ readonly browser: Browser; stop(): Promise<void> }> {
  const unpacked = await onceARun('chromium', unpack);
  const { default: chromium } = await import('@sparticuz/chromium');
  const folder = await mkdtemp(join(tmpdir(), 'countersign-browser-'));
  const libraries = {
    LD_LIBRARY_PATH: join(unpacked, 'al2023', 'lib'),
    FONTCONFIG_PATH: join(unpacked, 'fonts'),
  };
  try {
    const browser = await playwright.launch({
      executablePath: join(unpacked, 'chromium'),
      args: [...chromium.args.filter((name) => !UNWANTED.has(name)), ...ARGUMENTS],
      env: { ...process.env, TMPDIR: folder, HOME: folder, ...libraries },
    });
    return {
      browser,
      async stop() {
        await browser.close();
        await rm(folder, { recursive: true, force: true, maxRetries: 3 });
      },
    };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/**
 * The package brings the browser with the libraries and fonts that a bare Linux lacks. It unpacks them only where it takes the machine for
 * AWS Lambda, so it is told so; it unpacks into the temporary folder, which is this one meanwhile. What Lambda needs and nobody else,
 * everything in a single process, is left out: there, closing a page may hang.
 * https://github.com/Sparticuz/chromium
 */
async function unpack(folder: string): Promise<void> {
  const before = { ...process.env };
  process.env['TMPDIR'] = folder;
  process.env['AWS_LAMBDA_JS_RUNTIME'] = 'nodejs24.x';
  try {
    const { default: chromium } = await import('@sparticuz/chromium');
    await chromium.executablePath();
    await pointFontsTo(folder);
  } finally {
    for (const name of ['TMPDIR', 'AWS_LAMBDA_JS_RUNTIME', 'LD_LIBRARY_PATH', 'FONTCONFIG_PATH', 'HOME']) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
}

/** The package's list of fonts names the folders of Lambda; the browser crashes at the first button where it finds none. */
async function pointFontsTo(folder: string): Promise<void> {
  const path = join(folder, 'fonts', 'fonts.conf');
  await writeFile(path, (await readFile(path, 'utf8')).replaceAll('/tmp/fonts', join(folder, 'fonts')));
}

/**
 * What the package asks for and no customer's browser does: pages may read other origins' answers only where those allow it. Nor need they
 * be drawn in three dimensions, by a processor that has something else to do, or each start what all of them have in common.
 */
const UNWANTED = new Set([
  '--no-zygote',
  '--ignore-gpu-blocklist',
  '--in-process-gpu',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--single-process',
  '--disable-web-security',
  '--disable-site-isolation-trials',
  '--allow-running-insecure-content',
]);

/** Nothing but the pages of the test is loaded, and nobody is called. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-gpu',
  '--use-gl=disabled',
];
