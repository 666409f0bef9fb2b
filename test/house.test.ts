import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { fileOf, isOurs, readHouse, type SourceFile, targetOf } from './house/read.ts';
import { RULES } from './house/rules.ts';

const files = readHouse(join(dirname(fileURLToPath(import.meta.url)), '..', 'src'));

/** All that is wrong with a house. */
const faultsIn = (house: readonly SourceFile[]) => RULES.flatMap(([, faultsOf]) => faultsOf(house));

/** Files that the broken ones import or are like. */
const isNear = (path: string) => /^core\/verdict\/|^gate\/|\/kind\.ts$/.test(path);

const sized = (lines: number) => 'export const a = 1;\n'.repeat(lines);

/** A file that is added to the house, or is there in the place of one, and what is said of it. */
const BROKEN: readonly (readonly [path: string, text: string, said: string])[] = [
  [
    'core/x.ts',
    "import 'node:crypto';",
    'core/x.ts imports node:crypto; packages of core are: json-logic-js',
  ],
  [
    'gate/x.ts',
    "import type { A } from '../stores/all.ts';",
    'gate/x.ts imports ../stores/all.ts; gate may import the rooms: core, ports, waiting',
  ],
  [
    'stores/x.ts',
    "import type { A } from '../channels/all.ts';",
    'stores/x.ts imports ../channels/all.ts, and adapters do not import one another',
  ],
  ['attic/x.ts', '', 'attic/x.ts is in the room attic, which the plan of the house does not have'],
  [
    'gate/codes/x.ts',
    "import '../sending/send.ts';",
    'gate/codes/x.ts imports ../sending/send.ts; gate/codes may import of its room: ledger, judging, refusals',
  ],
  [
    'http/body/x.ts',
    "import '../handler.ts';",
    'http/body/x.ts imports ../handler.ts; http/body may import of its room: none',
  ],
  [
    'stores/pigeon/kind.ts',
    "import '../sqlite/kind.ts';",
    'stores/pigeon/kind.ts imports ../sqlite/kind.ts; stores/pigeon may import of its room: stores/late-store.ts',
  ],
  ['gate/cellar/x.ts', '', 'gate/cellar/x.ts is in gate/cellar, which the plan of gate does not have'],
  [
    'core/verdict/problem.ts',
    "import './fault-problem.ts';",
    'these files import each other: core/verdict/problem.ts > core/verdict/fault-problem.ts > core/verdict/problem.ts',
  ],
  ['core/x.ts', sized(221), 'core/x.ts has 221 lines, and 220 are the most: it has two ideas'],
  [
    'http/guarded/x.ts',
    'send({ problem } as Refusal);',
    'http/guarded/x.ts makes a Refusal: only gate/refusals/refuse.ts may',
  ],
  ['gate/x.ts', 'const a = {} as never as Cleared;', 'gate/x.ts makes a Cleared: only gate/clear.ts may'],
  [
    'http/guarded/x.ts',
    "import { clear } from '../../gate/clear.ts';",
    'http/guarded/x.ts imports gate/clear.ts: only the gate may',
  ],
  [
    'gate/x.ts',
    "export { clear } from './clear.ts';",
    'gate/x.ts exports the maker of a Cleared: nobody may',
  ],
  [
    'gate/x.ts',
    "import { clear } from './clear.ts';\nexport const open = clear;",
    'gate/x.ts exports the maker of a Cleared: nobody may',
  ],
  ['ports/metrics.ts', 'export const a = 1;', 'ports/metrics.ts exports more than types'],
  ['core/x.ts', "import './y.ts';", 'core/x.ts imports ./y.ts, which is not there'],
  ['core/x.ts', 'export const now = Date.now();', 'core/x.ts has "Date.now": the time is an argument'],
  ['core/x.ts', 'await wait;', 'core/x.ts has "await": core is pure functions'],
  [
    'http/x.ts',
    "if (definition.dialect === 'rest') stop();",
    `http/x.ts has "'rest'": ask its kind or its dialect`,
  ],
  [
    'core/criteria/x.ts',
    "import 'json-logic-js';",
    'core/criteria/x.ts imports json-logic-js: call it by core/criteria/logic.ts',
  ],
  ['core/x.ts', 'export default 1;', 'core/x.ts has "export default": give it a name'],
];

describe('the house', () => {
  it('is read', () => {
    expect(files.length).toBeGreaterThan(20);
    expect(files.flatMap(({ imports }) => imports).length).toBeGreaterThan(40);
    expect(
      fileOf(
        'x.ts',
        "import { a } from './a.ts';\nimport type { B } from 'b';\nimport 'c';\nexport { d } from './d.ts';\n// import 'e'\nawait import('f');",
      ).imports,
    ).toEqual([
      { from: './a.ts', typeOnly: false },
      { from: 'b', typeOnly: true },
      { from: 'c', typeOnly: false },
      { from: './d.ts', typeOnly: false },
      { from: 'f', typeOnly: false },
    ]);
  });

  it.each(RULES)('%s: so the plan says', (_, faultsOf) => {
    expect(faultsOf(files)).toEqual([]);
  });

  it.each(BROKEN.map(([path, text, said]) => [said, path, text]))('says: %s', (said, path, text) => {
    const others = files.filter((file) => file.path !== path && isNear(file.path));
    expect(faultsIn([...others, fileOf(path, text)])).toContain(said);
  });

  it('says that a folder has too many files', () => {
    const many = Array.from({ length: 21 }, (_, index) => fileOf(`webhooks/n${index}.ts`, ''));
    expect(faultsIn([...files, ...many])).toEqual(['webhooks has 22 files, and 20 are the most']);
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
    const waits = files.filter(
      ({ path, code }) => path !== 'main.ts' && /^(?:const .* = )?await /m.test(code),
    );
    expect(waits.map(({ path }) => path)).toEqual([]);
  });
});
