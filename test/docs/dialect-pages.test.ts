import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { type Simulated, simulate } from '../../src/cli/rules/simulation.ts';
import { loadConfig } from '../../src/config/load.ts';
import { problem, type RuleRow } from '../../src/core/verdict/problem.ts';
import type { Body } from '../../src/core/wire/body.ts';
import { jsonOf } from '../../src/core/wire/json.ts';
import { dialectOf } from '../../src/dialects/all.ts';
import { SECRET } from '../harness/delivery.ts';
import { openFolder } from '../harness/world.ts';
import { ROOT } from './commands.ts';
import { firstCellsOf, type Knock, PAGES, type Page, yamlIn } from './dialect-pages.ts';

type Modules = Record<string, Record<string, unknown>>;

/** A whole configuration with these modules, and a rule about the first of them. */
function loaded(modules: Modules, rule: Pick<Page, 'field' | 'value'>) {
  const file = join(openFolder(), 'countersign.yaml');
  const written = {
    version: 1,
    upstream: { url: 'http://127.0.0.1:3000' },
    secret: { env: 'COUNTERSIGN_SECRET' },
    store: { kind: 'memory' },
    modules,
    channels: { email: { kind: 'outbox' } },
    rules: [
      {
        id: 7,
        name: 'Closing',
        module: Object.keys(modules)[0],
        when: { changed_to: [rule.field, rule.value] },
        send: { to: [{ channel: 'email', address: 'email' }] },
      },
    ],
  };
  writeFileSync(file, stringify(written));
  const found = loadConfig(file, { COUNTERSIGN_SECRET: SECRET });
  if (!found.ok) throw new Error(JSON.stringify(found.problems));
  return found.snapshot;
}

const modulesIn = (block: string) => (parse(block) as { modules?: Modules } | null)?.modules;

function requestOf([line, body, type = 'application/json']: Knock): string {
  if (body === undefined) return `${line}\nAuthorization: Bearer rep\n\n`;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return `${line}\nAuthorization: Bearer rep\nContent-Type: ${type}\n\n${text}`;
}

describe.each(PAGES)('$file', ({ file, rows, stored, ...rule }) => {
  const modules = modulesIn(yamlIn(file)[0] ?? '') ?? {};
  let compiled: ReturnType<typeof loaded> | undefined;
  const snapshot = () => (compiled ??= loaded(modules, rule));
  const judged = (knock: Knock): Promise<Simulated> =>
    simulate(snapshot(), requestOf(knock), { before: { email: 'ann@example.com', ...stored } });

  test('has requests for each row of its table', () => {
    expect(Object.keys(rows)).toEqual(firstCellsOf(file));
  });

  test.each(Object.entries(rows))('says what happens to %s', async (_, { asks, passes, refused }) => {
    for (const knock of asks ?? [])
      expect([knock, (await judged(knock)).verdict]).toEqual([knock, 'otp-required']);
    for (const knock of passes ?? []) expect([knock, (await judged(knock)).verdict]).toEqual([knock, 'pass']);
    for (const knock of refused ?? []) expect((await judged(knock)).verdict).toBe('refused');
  });
});

const DIALECTS = ['rest', 'graphql', 'odata', 'odoo', 'frappe'].map((name) => `docs/dialects/${name}.md`);
const REAL = readdirSync(join(ROOT, 'docs/real')).map((name) => `docs/real/${name}`);
const blocks = [...DIALECTS, ...REAL].flatMap((file) =>
  yamlIn(file).flatMap((block) => (modulesIn(block) ? [{ file, block }] : [])),
);

test.each(blocks)('the modules of $file can be used as they stand: $block', ({ block }) => {
  expect(loaded(modulesIn(block) ?? {}, { field: 'status', value: 'Closed' }).modules.length).toBeGreaterThan(
    0,
  );
});

describe('the operations of docs/dialects/rest.md', () => {
  const block = yamlIn('docs/dialects/rest.md')[1] ?? '';
  const entries = [...block.matchAll(/- request: (\S+) (\S+) *(?:# (.*))?\n((?: {8}\w.*\n?)+)/g)].map(
    ([, method = '', path = '', comment = '', meaning = '']) => ({ method, path, comment, meaning }),
  );
  let compiled: ReturnType<typeof loaded> | undefined;
  const snapshot = () =>
    (compiled ??= loaded(modulesIn(block) ?? {}, { field: 'status', value: 'Delivered' }));

  test('are all found', () => {
    const written = modulesIn(block)?.['Orders']?.['operations'];
    expect(written).toHaveLength(entries.length);
  });

  test.each(entries)('$method $path is judged as the page says: $meaning', async ({
    method,
    path,
    comment,
    meaning,
  }) => {
    const said = comment.replace('{…}', '{"status": "Delivered"}');
    const text = /^[[{]/.test(said) ? said : '{"status": "Delivered"}';
    const action = /when: \{ \/action: (\w+)/.exec(meaning)?.[1];
    const body = action === 'ping' ? '{"action": "ping"}' : text;
    const target = path.replace(/\{(\w+)\}/g, '45');
    const head = method === 'GET' ? '\n' : `Content-Type: application/json\n\n${body}`;
    const request = `${method} ${target}\nAuthorization: Bearer rep\n${head}`;
    const before = { id: '45', status: 'Open', email: 'ann@example.com' };
    const { verdict } = await simulate(snapshot(), request, { before });
    const isFree = /harmless|read:|operation: delete/.test(meaning);
    expect([request, verdict]).toEqual([request, isFree ? 'pass' : 'otp-required']);
  });
});

/** Where a refusal is asked for, by the page that shows its form. */
const FORMS = [
  { file: 'docs/dialects/graphql.md', nth: 0, dialect: 'graphql', path: '/graphql', segments: [] },
  { file: 'docs/dialects/odata.md', nth: 0, dialect: 'odata', path: '/odata', segments: ['Orders(45)'] },
  { file: 'docs/dialects/odoo.md', nth: 0, dialect: 'odoo', path: '/web/dataset', segments: ['call_kw'] },
  { file: 'docs/dialects/odoo.md', nth: 1, dialect: 'odoo', path: '/json', segments: ['2'] },
  { file: 'docs/dialects/frappe.md', nth: 0, dialect: 'frappe', path: '/api', segments: ['resource'] },
  { file: 'docs/dialects/frappe.md', nth: 1, dialect: 'frappe', path: '/api', segments: ['v2', 'document'] },
] as const;

/** The names in a document, place by place; the code where it stands. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value !== 'object' || value === null) return value === 'OTP_REQUIRED' ? value : typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shapeOf(member)]));
}

test.each(FORMS)('a refusal has the form that $file shows: $path $segments', ({
  file,
  nth,
  dialect,
  path,
  segments,
}) => {
  const [, part = ''] =
    /^- \*\*Refused\*\*(.*?)\n(?:-|\n)/ms.exec(readFileSync(join(ROOT, file), 'utf8')) ?? [];
  const forms = [...part.matchAll(/`(\{.*?\})`/g)].map(([, form = '']) => form);
  const shown = (forms[nth] ?? '')
    .replaceAll('[…]', '[]')
    .replace(/"(message|exception)"(?!:)/g, '"$1": "x"')
    .replace('"id",', '"id": 1,');
  const said = problem('otp-required', 'Send the code.', { rules: [] });
  const body: Body = { kind: 'json', value: jsonOf({ jsonrpc: '2.0', id: 1 }) };
  const asked = { mount: { path, segments }, headers: [], body };
  const envelope = dialectOf({ dialect }).refusal({ ...said, rules: [ROW] }, asked);
  const answer = JSON.parse(envelope.body.replace(/"rules":\[.*?\]/, '"rules":[]')) as unknown;
  expect(shapeOf(answer)).toEqual(shapeOf(JSON.parse(shown)));
});

const ROW: RuleRow = {
  rule: '7',
  name: 'Closing',
  result: 'otp-required',
  header: 'OTPRULES-OTP-7',
  field: 'OTPRULES_OTP_7',
  code_type: 'numeric',
  code_length: 6,
};
