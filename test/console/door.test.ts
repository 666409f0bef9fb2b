import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { rawRequest, sendRaw } from '../harness/raw.ts';
import { type ConsoleStage, openConsole, startConsole, TOKEN } from './stage.ts';

const BEARER = `Authorization: Bearer ${TOKEN}`;
const JSON_TYPE = 'Content-Type: application/json';
const PAGES = [
  '/console/',
  '/console/now',
  '/console/why/x',
  '/console/bench',
  '/console/audit',
  '/console/radar',
  '/console/rules',
];
const API = [
  'session',
  'decisions',
  'decisions/stream',
  'decisions/x',
  'audit',
  'audit/chain',
  'audit/proof?save=x',
  'radar',
  'rules',
  'bench',
  'nothing',
].map((path) => `/console/api/${path}`);

let stage: ConsoleStage;
beforeAll(async () => {
  stage = await startConsole();
});
afterAll(() => stage.close());

async function logIn(): Promise<{ readonly cookie: string; readonly csrf: string; readonly set: string }> {
  const { status, headers } = await stage.raw(
    'POST /console/login',
    [JSON_TYPE],
    JSON.stringify({ token: TOKEN }),
  );
  expect(status).toBe(204);
  const set = headers['set-cookie'] ?? '';
  const cookie = `Cookie: ${set.split(';')[0]}`;
  const session = await stage.raw('GET /console/api/session', [cookie]);
  return { cookie, set, csrf: (JSON.parse(session.body) as { csrf: string }).csrf };
}

describe('without the token', () => {
  it.each(API)('%s is 401 for every method, without data', async (path) => {
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'MERGE']) {
      const { status, body } = await stage.raw(`${method} ${path}`);
      expect([method, status]).toEqual([method, 401]);
      expect(JSON.parse(body)).toEqual({ status: 'log in first' });
    }
  });

  it.each(
    API.map((path) => path.replace('/api', '/API')),
  )('%s is 401 too, however its path is spelt', async (path) => {
    const upper = path.replace('/console', '/CONSOLE');
    for (const spelt of [path, path.replace('/API', '/aPi'), upper, path.replace('/API', '/%61pi')])
      for (const method of ['GET', 'HEAD', 'POST']) {
        const { status } = await stage.raw(`${method} ${spelt}`);
        expect([spelt, method, status]).toEqual([spelt, method, 401]);
      }
  });

  it.each(PAGES)('%s is the shell and nothing else', async (path) => {
    const { status, body } = await stage.raw(`GET ${path}`);
    expect(status).toBe(401);
    expect(body).toBe((await stage.raw(`GET ${path}`, [BEARER])).body);
    expect((await stage.raw(`GET ${path}`, [BEARER])).status).toBe(200);
    expect((await stage.raw(`DELETE ${path}`)).status).toBe(401);
  });

  it.each(['Bearer wrong', 'Basic abc', `bearer ${TOKEN}x`, ''])('nor with %j', async (value) => {
    expect((await stage.raw('GET /console/api/radar', [`Authorization: ${value}`])).status).toBe(401);
    expect((await stage.raw('GET /console/api/radar', ['Cookie: countersign_console=a.b.c'])).status).toBe(
      401,
    );
  });
});

describe('with the token', () => {
  it('nothing can be changed: every other method is refused over the whole table of routes', async () => {
    for (const path of [...API, ...PAGES])
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'MERGE', 'LOCK']) {
        if (method === 'POST' && path === '/console/api/bench') continue;
        const { status } = await stage.raw(`${method} ${path}`, [BEARER]);
        expect([method, path, status]).toEqual([method, path, 405]);
      }
  });

  it('a cookie opens a session that says nothing to scripts and to other sites, until it is closed', async () => {
    const { cookie, set } = await logIn();
    expect(set).toMatch(/^countersign_console=[^;]+; HttpOnly; SameSite=Strict; Path=\/console$/);
    expect((await stage.raw('GET /console/api/radar', [cookie])).status).toBe(200);
    const forged = cookie.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    expect((await stage.raw('GET /console/api/radar', [forged])).status).toBe(401);
    expect((await stage.raw('POST /console/logout', [cookie])).status).toBe(204);
    for (const spelt of [cookie, `${cookie}.`, `${cookie}.x`, `${cookie}=`])
      expect((await stage.raw('GET /console/api/radar', [spelt])).status).toBe(401);
  });

  it('a session ends by itself', async () => {
    const own = await openConsole();
    const { headers } = await own.raw('POST /console/login', [JSON_TYPE], JSON.stringify({ token: TOKEN }));
    const cookie = `Cookie: ${headers['set-cookie']?.split(';')[0]}`;
    own.gateway.clock.advance(11 * 3_600_000);
    expect((await own.raw('GET /console/api/radar', [cookie])).status).toBe(200);
    own.gateway.clock.advance(2 * 3_600_000);
    expect((await own.raw('GET /console/api/radar', [cookie])).status).toBe(401);
  });

  it('a form logs in, too', async () => {
    const form = `token=${encodeURIComponent(TOKEN)}`;
    const answer = await stage.raw(
      'POST /console/login',
      ['Content-Type: application/x-www-form-urlencoded'],
      form,
    );
    expect([answer.status, answer.headers['location']]).toEqual([303, '/console/']);
  });

  it('the bench wants the token of the page', async () => {
    const { cookie, csrf } = await logIn();
    const body = JSON.stringify({ request: 'GET /api/Other/1\n\n', before: null, related: {} });
    for (const headers of [[cookie], [cookie, 'X-CSRF-Token: wrong'], [cookie, `X-CSRF-Token: ${csrf}x`]])
      expect((await stage.raw('POST /console/api/bench', [...headers, JSON_TYPE], body)).status).toBe(403);
    const judged = await stage.raw(
      'POST /console/api/bench',
      [cookie, `X-CSRF-Token: ${csrf}`, JSON_TYPE],
      body,
    );
    expect([judged.status, JSON.parse(judged.body)]).toEqual([
      200,
      { verdict: 'pass', status: 204, why: [] },
    ]);
    const other = await logIn();
    expect(
      (await stage.raw('POST /console/api/bench', [other.cookie, `X-CSRF-Token: ${csrf}`, JSON_TYPE], body))
        .status,
    ).toBe(403);
  });

  it('a page of another origin is refused, whatever it has', async () => {
    const { cookie, csrf } = await logIn();
    const body = JSON.stringify({ request: 'GET /x\n\n' });
    for (const header of ['Origin: https://evil.test', 'Origin: null', 'Sec-Fetch-Site: cross-site'])
      for (const path of ['/console/api/bench', '/console/login', '/console/logout'])
        expect(
          (await stage.raw(`POST ${path}`, [cookie, `X-CSRF-Token: ${csrf}`, JSON_TYPE, header], body))
            .status,
        ).toBe(403);
  });

  it('ten wrong tokens a minute are enough, and then the right one is not listened to either', async () => {
    const own = await openConsole();
    const log = (token: string) => own.raw('POST /console/login', [JSON_TYPE], JSON.stringify({ token }));
    for (let times = 0; times < 10; times++) expect((await log('wrong')).status).toBe(401);
    expect((await log('wrong')).status).toBe(429);
    expect((await log(TOKEN)).status).toBe(429);
    own.gateway.clock.advance(60_000);
    expect((await log(TOKEN)).status).toBe(204);
  });
});

describe('a token in the head of a request', () => {
  it.each([
    '/console/api/radar',
    '/metrics',
  ])('is guessed at %s no more often than at the log-in', async (path) => {
    const own = await openConsole();
    const ask = async (token: string, at = path) =>
      (await own.raw(`GET ${at}`, [`Authorization: Bearer ${token}`])).status;
    for (let times = 0; times < 10; times++) expect(await ask(`wrong-${times}`)).toBe(401);
    expect([await ask('wrong'), await ask(TOKEN), await ask(TOKEN, '/metrics')]).toEqual([429, 429, 429]);
    const login = () => own.raw('POST /console/login', [JSON_TYPE], JSON.stringify({ token: TOKEN }));
    expect((await login()).status).toBe(429);
    expect((await own.raw('GET /livez', ['Authorization: Bearer wrong'])).status).toBe(200);
    own.gateway.clock.advance(60_000);
    expect([await ask(TOKEN), (await login()).status]).toEqual([200, 204]);
  });
});

describe('another name of the host', () => {
  it.each([
    'evil.test',
    '127.0.0.1.evil.test:80',
    'localhost.evil.test',
    '',
  ])('%j is answered by nothing below /console', async (host) => {
    for (const path of [
      '/console',
      '/console/',
      '/console/api/radar',
      '/console/assets/app.js',
      '/console/login',
    ])
      expect((await stage.raw(`GET ${path}`, [`Host: ${host}`, BEARER])).status).toBe(421);
  });

  it('is one that the configuration lists', async () => {
    const own = await openConsole({ hosts: ['console.acme.test'] });
    for (const host of ['console.acme.test', 'Console.Acme.Test:8443', 'localhost', '[::1]:9090'])
      expect((await own.raw('GET /console/api/radar', [`Host: ${host}`, BEARER])).status).toBe(200);
  });
});

test('every answer forbids scripts of others, frames and referrers', async () => {
  for (const path of [
    ...PAGES,
    ...API.filter((each) => !each.endsWith('stream')),
    '/console/assets/app.js',
  ]) {
    const { headers } = await stage.raw(`GET ${path}`, [BEARER]);
    const policy = headers['content-security-policy'] ?? '';
    expect(policy).toMatch(/default-src 'none'.*script-src 'self'.*frame-ancestors 'none'/);
    expect(policy).not.toMatch(/unsafe|\*|https?:|data:/);
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
    if (!path.includes('assets')) expect(headers['cache-control']).toBe('no-store');
  }
});

test('no path leads out of the folder of the pages', async () => {
  for (const path of [
    '..%2fpackage.json',
    '%2e%2e/index.html',
    'index.html',
    '..\\package.json',
    'app.js%00',
    'APP.js',
  ])
    expect((await stage.raw(`GET /console/assets/${path}`, [BEARER])).status).toBe(404);
  expect((await stage.raw('GET /console/nothing', [BEARER])).status).toBe(404);
});

test('the address without a slash leads to the one with', async () => {
  const { status, headers } = await stage.raw('GET /console');
  expect([status, headers['location']]).toEqual([308, '/console/']);
});

test('where the console is off there is none, and on the public listener there never is one', async () => {
  const off = await openConsole({ console: false });
  for (const path of ['/console', '/console/', '/console/api/radar', '/console/login'])
    expect((await off.raw(`GET ${path}`, [BEARER])).status).toBe(404);
  const { received } = stage.crm;
  const answer = await sendRaw(
    Number(new URL(stage.url).port),
    rawRequest('GET /console/api/radar', [BEARER]),
  );
  expect(answer.status).toBe(200);
  expect(received.at(-1)?.path).toBe('/console/api/radar');
});

test('a name that a trusted proxy gives lets in, and the same header from anywhere else does not', async () => {
  const users = { header: 'X-User', from: 'trustedProxies' };
  const trusted = await openConsole({ token: undefined, users }, { trustedProxies: ['127.0.0.1'] });
  expect((await trusted.raw('GET /console/api/radar', ['X-User: paula'])).status).toBe(200);
  for (const headers of [[], ['X-User: '], ['X-User: paula', 'X-User: quim'], [BEARER]])
    expect((await trusted.raw('GET /console/api/radar', headers)).status).toBe(401);
  const other = await openConsole({ token: undefined, users }, { trustedProxies: ['10.0.0.0/8'] });
  expect((await other.raw('GET /console/api/radar', ['X-User: paula'])).status).toBe(401);
});
