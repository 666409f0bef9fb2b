import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SRC = join(dirname(fileURLToPath(import.meta.url)), '..', 'src');

/**
 * Who may import whom: other rooms beside its own (`ports` is `ports.ts` and what is in `ports/`), packages, and whether Node's own modules.
 */
const ROOMS: Readonly<
  Record<
    string,
    { readonly rooms: readonly string[]; readonly packages: readonly string[]; readonly node: boolean }
  >
> = {
  core: { rooms: [], packages: ['json-logic-js'], node: false },
  // Types only, which a test of its own sees to: requests and streams are Node's.
  ports: { rooms: ['core'], packages: [], node: true },
  gate: { rooms: ['core', 'ports'], packages: [], node: false },
  dialects: { rooms: ['core', 'kinds'], packages: ['zod', 'graphql'], node: false },
  http: { rooms: ['core', 'gate', 'dialects', 'ports'], packages: ['express', 'jose'], node: true },
  upstream: {
    rooms: ['core', 'ports', 'dialects'],
    packages: ['http-proxy-middleware', 'undici'],
    node: true,
  },
  // What blocks is done beside the event loop.
  threads: { rooms: [], packages: [], node: true },
  // What a kind of channel or store is made of: its keys, its secrets, how it is opened.
  kinds: { rooms: ['core', 'ports'], packages: ['zod'], node: false },
  // What comes from outside, held so that it cannot hurt.
  plugins: { rooms: ['core', 'ports', 'kinds', 'dialects'], packages: ['zod'], node: true },
  stores: { rooms: ['core', 'ports', 'kinds', 'threads'], packages: ['ioredis', 'pg', 'zod'], node: true },
  // How messages to endpoints of one's own are signed.
  webhooks: { rooms: ['core'], packages: [], node: true },
  // What happened, kept in the store and told to receivers.
  events: { rooms: ['core', 'ports', 'webhooks'], packages: ['undici'], node: true },
  channels: {
    rooms: ['core', 'ports', 'kinds', 'webhooks'],
    packages: ['nodemailer', 'undici', 'libphonenumber-js', 'zod'],
    node: true,
  },
  // What clients are told, and what they do with it: nothing of the gateway.
  contract: { rooms: [], packages: [], node: false },
  client: { rooms: ['contract'], packages: [], node: false },
  // The chain is signed with keys that are derived as all others are.
  audit: { rooms: ['core', 'ports', 'system', 'threads'], packages: [], node: true },
  system: {
    rooms: ['core', 'ports'],
    packages: ['@opentelemetry/api', 'argon2', 'pino', 'prom-client'],
    node: true,
  },
  config: {
    rooms: ['core', 'kinds', 'plugins', 'dialects', 'channels', 'stores', 'webhooks'],
    packages: ['zod', 'yaml'],
    node: true,
  },
};

/**
 * The rooms in a room, from the ground up: a sub-room imports those above it in its list, and itself. The room's own files, at its top,
 * may import every sub-room; a sub-room imports none of them but those named in `shared`.
 */
const SUB_ROOMS: Readonly<
  Record<
    string,
    {
      readonly shared: readonly string[];
      readonly rooms: Readonly<Record<string, readonly string[]>>;
    }
  >
> = {
  core: {
    shared: ['core/fault.ts', 'core/remembered.ts'],
    rooms: {
      wire: [],
      saving: ['wire'],
      likeness: ['wire'],
      criteria: ['wire', 'saving', 'likeness'],
      rule: ['wire', 'saving', 'likeness', 'criteria'],
      ledger: ['wire', 'saving', 'rule'],
      nesting: ['wire', 'saving', 'likeness', 'rule'],
      verdict: ['wire', 'saving', 'rule', 'ledger'],
    },
  },
  gate: {
    shared: [],
    rooms: {
      ledger: [],
      handles: ['ledger'],
      judging: ['ledger'],
      answer: ['ledger', 'judging'],
      codes: ['ledger', 'judging', 'answer'],
      sending: ['ledger', 'handles', 'judging', 'answer'],
      people: ['ledger', 'handles', 'judging', 'answer', 'sending'],
    },
  },
  http: {
    shared: [],
    rooms: {
      body: [],
      request: ['body'],
      answer: ['request'],
      guarded: ['body', 'request', 'answer'],
      control: ['body', 'request', 'answer'],
      page: ['body', 'request'],
      console: ['request'],
      admin: ['request'],
    },
  },
  config: {
    shared: [],
    rooms: {
      explain: [],
      schema: ['explain'],
      file: ['explain', 'schema'],
      compile: ['explain', 'schema', 'file'],
      check: ['explain', 'schema', 'file', 'compile'],
      publish: ['schema'],
    },
  },
  // Each kind owns itself: no kind knows another.
  dialects: {
    shared: [
      'dialects/action-module.ts',
      'dialects/dialect.ts',
      'dialects/keys.ts',
      'dialects/kind.ts',
      'dialects/meaning.ts',
      'dialects/members.ts',
      'dialects/outcome-of-calls.ts',
      'dialects/parts.ts',
      'dialects/places.ts',
      'dialects/problem-envelope.ts',
      'dialects/typed-module.ts',
    ],
    rooms: {
      rest: [],
      vtiger: [],
      suitecrm: [],
      espocrm: [],
      salesforce: [],
      odata: [],
      graphql: [],
      frappe: [],
      odoo: [],
    },
  },
  channels: {
    shared: [
      'channels/http-delivery.ts',
      'channels/http-failure.ts',
      'channels/http-settings.ts',
      'channels/json-members.ts',
      'channels/phone.ts',
      'channels/phone-plans.ts',
      'channels/same-text.ts',
    ],
    rooms: { http: [], outbox: [], smtp: [], twilio: [], webhook: [], whatsapp: [] },
  },
  stores: { shared: ['stores/late-store.ts'], rooms: { memory: [], sqlite: [], redis: [], postgres: [] } },
};
/** What joins the rooms, `gateway`, `cli` and the files at the top: they may import everything, and no room imports them. */
const isJoint = (room: string) =>
  room === 'cli' ||
  room === 'gateway' ||
  (!['ports', 'contract'].includes(room) && files.some(({ path }) => path === `${room}.ts`));
const ADAPTERS = ['stores', 'channels', 'upstream', 'system'];

type Import = { readonly from: string; readonly typeOnly: boolean };
type SourceFile = {
  readonly path: string;
  readonly text: string;
  readonly code: string;
  readonly imports: readonly Import[];
};

const files: readonly SourceFile[] = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.ts'))
  .sort()
  .map((path) => {
    const text = readFileSync(join(SRC, path), 'utf8');
    return { path, text, code: withoutComments(text), imports: importsOf(text) };
  });

/** Enough of a lexer for this house: comments go, strings and templates stay. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|(^|\s)\/\/.*$/gm, '$1');
}

function importsOf(text: string): readonly Import[] {
  const code = withoutComments(text);
  const declared = [
    ...code.matchAll(/^(?:import|export)\s(type\s)?(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]/gm),
  ];
  const called = [...code.matchAll(/\b(?:import|require)\(\s*['"]([^'"]+)['"]/g)];
  return [
    ...declared.map(([, type, from = '']) => ({ from, typeOnly: type !== undefined })),
    ...called.map(([, from = '']) => ({ from, typeOnly: false })),
  ];
}

const roomOf = (path: string) =>
  path.includes('/') ? path.slice(0, path.indexOf('/')) : path.replace(/\.ts$/, '');
const targetOf = (path: string, from: string) => posix.normalize(posix.join(posix.dirname(path), from));
const isOurs = (from: string) => from.startsWith('.');
const packageOf = (from: string) =>
  from
    .split('/')
    .slice(0, from.startsWith('@') ? 2 : 1)
    .join('/');

/** The arrows of a file that the table does not have. */
function wrongArrows({ path, imports }: SourceFile): readonly string[] {
  const room = roomOf(path);
  if (isJoint(room)) return [];
  const rules = ROOMS[room];
  if (!rules) return [`${path} stands in no room`];
  return imports.flatMap(({ from }) => {
    const target = isOurs(from) ? roomOf(targetOf(path, from)) : undefined;
    const allowed =
      target !== undefined
        ? target === room || rules.rooms.includes(target)
        : from.startsWith('node:')
          ? rules.node
          : rules.packages.includes(packageOf(from));
    return allowed ? [] : [`${path} imports ${from}`];
  });
}

const subRoomOf = (path: string) => (path.split('/').length > 2 ? path.split('/')[1] : undefined);

/** The arrows inside a room that its plan does not have. */
function wrongArrowsWithin({ path, imports }: SourceFile): readonly string[] {
  const plan = SUB_ROOMS[roomOf(path)];
  const subRoom = subRoomOf(path);
  if (!plan || subRoom === undefined) return [];
  const reachable = plan.rooms[subRoom];
  if (!reachable) return [`${path} stands in no sub-room`];
  return imports.flatMap(({ from }) => {
    const target = isOurs(from) ? targetOf(path, from) : undefined;
    if (target === undefined || roomOf(target) !== roomOf(path)) return [];
    const targetRoom = subRoomOf(target);
    const allowed =
      targetRoom === undefined
        ? plan.shared.includes(target)
        : targetRoom === subRoom || reachable.includes(targetRoom);
    return allowed ? [] : [`${path} imports ${from}`];
  });
}

function circles(): readonly string[] {
  const arrows = new Map(
    files.map(({ path, imports }) => [
      path,
      imports.filter(({ from }) => isOurs(from)).map(({ from }) => targetOf(path, from)),
    ]),
  );
  const done = new Set<string>();
  const found: string[] = [];
  const walk = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) found.push([...trail.slice(trail.indexOf(path)), path].join(' > '));
    if (trail.includes(path) || done.has(path)) return;
    for (const target of arrows.get(path) ?? []) walk(target, [...trail, path]);
    done.add(path);
  };
  for (const path of arrows.keys()) walk(path, []);
  return found;
}

const matching = (pattern: RegExp, within: (path: string) => boolean = () => true) =>
  files.filter(({ path, code }) => within(path) && pattern.test(code)).map(({ path }) => path);

describe('the house', () => {
  it('is read', () => {
    expect(files.length).toBeGreaterThan(20);
    expect(files.flatMap(({ imports }) => imports).length).toBeGreaterThan(40);
    expect(
      importsOf(
        "import { a } from './a.ts';\nimport type { B } from 'b';\nimport 'c';\nexport { d } from './d.ts';\n// import 'e'\nawait import('f');",
      ),
    ).toEqual([
      { from: './a.ts', typeOnly: false },
      { from: 'b', typeOnly: true },
      { from: 'c', typeOnly: false },
      { from: './d.ts', typeOnly: false },
      { from: 'f', typeOnly: false },
    ]);
  });

  it('a wrong arrow would be seen', () => {
    const file = (path: string, from: string): SourceFile => ({
      path,
      text: '',
      code: '',
      imports: [{ from, typeOnly: true }],
    });
    expect(wrongArrows(file('core/x.ts', 'node:crypto'))).toHaveLength(1);
    expect(wrongArrows(file('gate/x.ts', '../stores/memory.ts'))).toHaveLength(1);
    expect(wrongArrows(file('stores/x.ts', '../core/row.ts'))).toEqual([]);
    expect(wrongArrows(file('attic/x.ts', './y.ts'))).toHaveLength(1);
  });

  it('has the arrows of its table and no others', () => {
    expect(files.flatMap(wrongArrows)).toEqual([]);
  });

  it('a wrong arrow between the rooms of a room would be seen', () => {
    const file = (path: string, from: string): SourceFile => ({
      path,
      text: '',
      code: '',
      imports: [{ from, typeOnly: true }],
    });
    expect(wrongArrowsWithin(file('gate/codes/x.ts', '../sending/send.ts'))).toHaveLength(1);
    expect(wrongArrowsWithin(file('http/body/x.ts', '../handler.ts'))).toHaveLength(1);
    expect(wrongArrowsWithin(file('core/wire/x.ts', '../rule/rule.ts'))).toHaveLength(1);
    expect(wrongArrowsWithin(file('dialects/rest/x.ts', '../vtiger/vtiger-id.ts'))).toHaveLength(1);
    expect(wrongArrowsWithin(file('gate/cellar/x.ts', './y.ts'))).toHaveLength(1);
    expect(wrongArrowsWithin(file('gate/codes/x.ts', '../ledger/rows.ts'))).toEqual([]);
    expect(wrongArrowsWithin(file('gate/guard.ts', './codes/verify.ts'))).toEqual([]);
  });

  it('the rooms of each room have the arrows of its plan and no others', () => {
    expect(files.flatMap(wrongArrowsWithin)).toEqual([]);
  });

  it('no folder holds more than 20 files, and the median file is short', () => {
    const folders = Map.groupBy(files, ({ path }) => dirname(path));
    expect([...folders].filter(([, inside]) => inside.length > 20).map(([folder]) => folder)).toEqual([]);
    const lengths = files.map(({ text }) => text.split('\n').length - 1).sort((a, b) => a - b);
    expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThan(70);
  });

  it('adapters do not import one another', () => {
    const found = files.flatMap(({ path, imports }) =>
      ADAPTERS.includes(roomOf(path))
        ? imports
            .filter(
              ({ from }) =>
                isOurs(from) &&
                ADAPTERS.includes(roomOf(targetOf(path, from))) &&
                roomOf(targetOf(path, from)) !== roomOf(path),
            )
            .map(({ from }) => `${path} imports ${from}`)
        : [],
    );
    expect(found).toEqual([]);
  });

  it.each([
    ['Cleared', 'gate/clear.ts', 'a held request leaves by a clearance'],
    ['Refusal', 'gate/answer/refuse.ts', 'a problem is sent as a refusal that the audit has'],
  ])('a %s is made in %s, which nobody but the gate imports: %s', (type, maker) => {
    const cast = new RegExp(`\\bas\\s+(?:unknown\\s+as\\s+)?${type}\\b|<${type}>\\s*[({]`);
    const made = ({ path, code, imports }: Pick<SourceFile, 'path' | 'code' | 'imports'>) => [
      ...(cast.test(code) && path !== maker ? [`${path} makes a ${type}`] : []),
      ...imports
        .filter(({ from }) => isOurs(from) && targetOf(path, from) === maker && roomOf(path) !== 'gate')
        .map(({ from }) => `${path} imports ${from}`),
    ];
    expect(files.flatMap(made)).toEqual([]);
    expect(files.filter(({ path, code }) => path === maker && cast.test(code))).toHaveLength(1);
    const outside = { path: 'http/guarded/save.ts', code: '', imports: [] };
    expect(made({ ...outside, code: `send({ problem } as ${type})` })).toHaveLength(1);
    expect(made({ ...outside, imports: [{ from: `../../${maker}`, typeOnly: false }] })).toHaveLength(1);
  });

  it('ports are types: nothing of them is left when it runs', () => {
    const isPort = (path: string) => roomOf(path) === 'ports';
    const imports = files.filter(({ path }) => isPort(path)).flatMap((file) => file.imports);
    expect(imports.length).toBeGreaterThan(0);
    expect(imports.filter(({ typeOnly }) => !typeOnly)).toEqual([]);
    expect(matching(/^export (?:const|let|function|class|async)/m, isPort)).toEqual([]);
  });

  it('nobody walks in a circle', () => {
    expect(circles()).toEqual([]);
  });

  it('our own files are imported with their endings and found', () => {
    const paths = new Set(files.map(({ path }) => path));
    const lost = files.flatMap(({ path, imports }) =>
      imports
        .filter(({ from }) => isOurs(from) && !from.endsWith('.json') && !paths.has(targetOf(path, from)))
        .map(({ from }) => `${path} imports ${from}`),
    );
    expect(lost).toEqual([]);
  });

  it('core neither waits nor looks at the clock, the dice or the process', () => {
    const inCore = (path: string) => path.startsWith('core/');
    expect(
      matching(
        /\b(?:async|await|Promise|setTimeout|setInterval|fetch|process|globalThis|console|crypto|performance)\b(?!['-])/,
        inCore,
      ),
    ).toEqual([]);
    expect(matching(/\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b/, inCore)).toEqual([]);
  });

  it('a dialect is named where dialects are, and nowhere else', () => {
    const named = matching(
      /'(?:rest|vtiger-webservice|vtiger-rest|suitecrm|espocrm|salesforce|odata|graphql|frappe|odoo)'/,
      (path) => !path.startsWith('dialects/'),
    );
    expect(named).toEqual([]);
    expect(/'rest'/.test("definition.dialect === 'rest'")).toBe(true);
  });

  it('an entry links on Node 20, so that it can say that this is too old', () => {
    const declared = (code: string) =>
      [...code.matchAll(/^(?:import|export)\s(?!type\s)(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]/gm)].map(
        ([, from = '']) => from,
      );
    const codeOf = new Map(files.map(({ path, code }) => [path, code]));
    const entries = ['index.ts', 'testing.ts', 'plugin.ts', 'testing/contracts.ts', 'main.ts'];
    const seen = new Set(entries);
    const lacking: string[] = [];
    for (const path of seen) {
      for (const from of declared(codeOf.get(path) ?? '')) {
        if (isOurs(from)) seen.add(targetOf(path, from));
        if (from === 'node:sqlite') lacking.push(path);
      }
    }
    expect(seen.size).toBeGreaterThan(100);
    expect(lacking).toEqual([]);
    for (const entry of entries)
      expect(declared(codeOf.get(entry) ?? '')[0]).toMatch(/^\.\.?\/node-version\.ts$/);
    expect(matching(/^(?:const .* = )?await /m, (path) => path !== 'main.ts')).toEqual([]);
  });

  it('json-logic-js is called in one file', () => {
    expect(
      files
        .filter(({ imports }) => imports.some(({ from }) => from === 'json-logic-js'))
        .map(({ path }) => path),
    ).toEqual(['core/criteria/logic.ts']);
  });

  it('nothing is exported by default, and there are no enums', () => {
    expect(matching(/^export default\b|\bas default\b/m)).toEqual([]);
    expect(matching(/^\s*(?:export\s+)?(?:const\s+)?enum\s/m)).toEqual([]);
  });

  it('no file is over 220 lines', () => {
    expect(files.filter(({ text }) => text.split('\n').length - 1 > 220).map(({ path }) => path)).toEqual([]);
  });

  it('no variable is called module', () => {
    expect(matching(/\b(?:const|let|var|function)\s+module\b/)).toEqual([]);
  });
});
