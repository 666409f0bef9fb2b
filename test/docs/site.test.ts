import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import express from 'express';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addressOf, pagesOfSite, sidebarOf } from '../../docs/.vitepress/pages.ts';
import { startBrowser } from '../scenarios/browser.ts';
import { openCheckout } from './checkout.ts';
import { ROOT } from './commands.ts';
import { openTerminal } from './terminal.ts';

/** Of these nothing becomes a page. */
const NOT_BUILT = ['src', 'test', 'bench', 'deploy', 'config', 'console'];
const checkout = mkdtempSync(join(tmpdir(), 'countersign-site-'));
let site = '';
let files: readonly string[] = [];
const read = (file: string) => readFileSync(join(site, file), 'utf8');
const htmlFiles = () => files.filter((file) => file.endsWith('.html'));

beforeAll(async () => {
  const { folder, environment } = openCheckout(checkout, NOT_BUILT);
  const { code, output } = await openTerminal(folder, environment).run('npm run docs 2>&1');
  expect(code, output).toBe(0);
  site = output.trimEnd().split('\n').at(-1) ?? '';
  files = readdirSync(site, { recursive: true, encoding: 'utf8' });
}, 240_000);
afterAll(() => rmSync(checkout, { recursive: true, force: true }));

describe('the sidebar of the site', () => {
  test('has every page of docs, whatever page is open', () => {
    const pages = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md') && name !== 'index.md')
      .map((name) => `/${name.replace(/\.md$/, '.html')}`);
    expect(pages).toContain('/quick-start.html');
    const [, sidebar = ''] = read('quick-start.html').split('class="VPSidebar"');
    const links = [...(sidebar.split('</aside>')[0] ?? '').matchAll(/href="([^"]+)"/g)].map(
      ([, href]) => href,
    );
    expect(links).toEqual(expect.arrayContaining(pages));
  });

  test('a page that no group has stops the build, and the message says where to add it', () => {
    const groups = [{ text: 'Tutorial', pages: ['docs/quick-start.md'] }];
    expect(() => pagesOfSite(groups)).toThrow(
      /^no group of docs\/\.vitepress\/pages\.ts has docs\/answers\.md, .*: add it to GROUPS$/,
    );
    const [{ items } = { items: [] }] = sidebarOf(groups);
    expect(items).toEqual([{ text: 'Quick start', link: '/quick-start.html' }]);
  });
});

describe('the files of the site', () => {
  test('have no link that leads nowhere, to a page or to a place in it', () => {
    const ids = new Map(
      htmlFiles().map((file) => [
        file,
        new Set([...read(file).matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)),
      ]),
    );
    const there = new Set(files);
    const broken = htmlFiles().flatMap((file) =>
      [...read(file).matchAll(/ (?:href|src)="([^"]+)"/g)]
        .map(([, target = '']) => decodeURI(target))
        .filter((target) => !/^(?:https?:|mailto:|data:)/.test(target))
        .filter((target) => {
          const [path = '', anchor = ''] = target.split('#');
          const whole = path === '' ? file : posix.join(posix.dirname(`/${file}`), path).slice(1);
          const found = path.startsWith('/') ? path.slice(1) : whole;
          const at = found === '' || found.endsWith('/') ? `${found}index.html` : found;
          const led = there.has(at) ? at : `${at}.html`;
          if (!there.has(led)) return true;
          return anchor !== '' && anchor !== 'VPContent' && !ids.get(led)?.has(anchor);
        })
        .map((target) => `${file}: ${target}`),
    );
    expect(htmlFiles().length).toBeGreaterThan(40);
    expect(broken).toEqual([]);
  });

  test('lead to files of the repository that are there, where those are no pages', () => {
    const links = htmlFiles().flatMap((file) =>
      [...read(file).matchAll(/countersign\/countersign\/(?:blob|tree)\/main\/([^"#]+)/g)].map(
        ([, path = '']) => path,
      ),
    );
    expect(links).toContain('config/countersign.example.yaml');
    for (const path of links) expect(() => statSync(join(ROOT, path)), path).not.toThrow();
  });
});

describe('the site in a browser', () => {
  let page: Page;
  let address = '';
  let stop = async () => {};
  const hosts = new Set<string>();
  const errors: string[] = [];

  beforeAll(async () => {
    const server = createServer(express().use(express.static(site))).listen(0, '127.0.0.1');
    const { browser, stop: stopBrowser } = await startBrowser();
    stop = async () => {
      await stopBrowser();
      server.close();
    };
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    page = await browser.newPage({ viewport: { width: 400, height: 800 } });
    page.on('request', (request) => hosts.add(new URL(request.url()).hostname));
    page.on('pageerror', (error) => errors.push(error.message));
  }, 240_000);
  afterAll(() => stop());

  test.each([
    ['SMS pumping', '/security-model.html'],
    ['CORS', '/configuration.html'],
    ['WebSocket', '/errors.html'],
    ['nested', '/nested-writes.html'],
  ])('its search finds %s', async (words, found) => {
    await page.goto(address);
    await page.locator('#local-search button').click();
    await page.locator('#localsearch-input').fill(words);
    const results = () =>
      page
        .locator('.results a.result')
        .evaluateAll((links) => links.map((link) => link.getAttribute('href')?.replace(/#.*/, '')));
    await expect.poll(results, { timeout: 60_000 }).toContain(found);
  });

  const drawn = pagesOfSite().map((path) => ({
    path,
    diagrams: readFileSync(join(ROOT, path), 'utf8').match(/^```mermaid$/gm)?.length ?? 0,
  }));
  test.each(drawn.filter(({ diagrams }) => diagrams > 0))('draws $diagrams diagrams of $path', async ({
    path,
    diagrams,
  }) => {
    await page.goto(address + addressOf(path));
    await expect.poll(() => page.locator('.diagram svg').count(), { timeout: 60_000 }).toBe(diagrams);
  });

  test.each([
    '/',
    '/quick-start.html',
    '/cookbook.html',
    '/configuration.html',
    '/guarantees.html',
  ])('%s fits a phone', async (path) => {
    await page.goto(address + path);
    const width = await page.evaluate('document.documentElement.scrollWidth');
    expect(width).toBeLessThanOrEqual(400);
  });

  test('asks nobody but its own server, and throws nothing', () => {
    expect([...hosts]).toEqual(['127.0.0.1']);
    expect(errors).toEqual([]);
  });
});
