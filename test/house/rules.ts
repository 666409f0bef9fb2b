import { dirname } from 'node:path';
import { circles, wrongArrows, wrongArrowsWithin } from './arrows.ts';
import { isOurs, linesOf, roomOf, type SourceFile, targetOf } from './read.ts';

type Files = readonly SourceFile[];

/** A promise of the house, and what breaks it: a sentence each. */
export type Rule = readonly [promise: string, faultsIn: (files: Files) => readonly string[]];

const inEach =
  (faultsOf: (file: SourceFile) => readonly string[]) =>
  (files: Files): readonly string[] =>
    files.flatMap(faultsOf);

/** Of files that match, what is wrong with them. */
const never = (pattern: RegExp, what: string, where: (path: string) => boolean = () => true) =>
  inEach(({ path, code }) => {
    const found = where(path) ? pattern.exec(code) : null;
    return found ? [`${path} has "${found[0].trim()}": ${what}`] : [];
  });

const MOST_LINES = 220;
const MOST_FILES = 20;
const MEDIAN_LINES = 70;

export const RULES: readonly Rule[] = [
  ['has the arrows of its plan and no others, and adapters do not import one another', inEach(wrongArrows)],
  ['has the arrows of the plan of each room, and no kind knows another', inEach(wrongArrowsWithin)],
  ['has no circle', circles],
  [
    'has no file over 220 lines',
    inEach((file) =>
      linesOf(file) > MOST_LINES
        ? [`${file.path} has ${linesOf(file)} lines, and ${MOST_LINES} are the most: it has two ideas`]
        : [],
    ),
  ],
  [
    'has no folder of more than 20 files',
    (files) =>
      [...Map.groupBy(files, ({ path }) => dirname(path))]
        .filter(([, inside]) => inside.length > MOST_FILES)
        .map(([folder, inside]) => `${folder} has ${inside.length} files, and ${MOST_FILES} are the most`),
  ],
  [
    'has short files: the median is below 70 lines',
    (files) => {
      const lengths = files.map(linesOf).sort((a, b) => a - b);
      const median = lengths[Math.floor(lengths.length / 2)] ?? 0;
      return median < MEDIAN_LINES ? [] : [`the median file has ${median} lines`];
    },
  ],
  [
    'lets a held request leave by a clearance, which is made in gate/clear.ts',
    madeIn('Cleared', 'clear', 'gate/clear.ts'),
  ],
  [
    'sends a problem as a refusal that the audit has, which is made in gate/refusals/refuse.ts',
    madeIn('Refusal', 'refuse', 'gate/refusals/refuse.ts'),
  ],
  [
    'has ports of types only: nothing of them is left when it runs',
    inEach(({ path, code, imports }) =>
      roomOf(path) !== 'ports'
        ? []
        : [
            ...imports
              .filter(({ typeOnly }) => !typeOnly)
              .map(({ from }) => `${path} imports ${from} as more than a type`),
            ...(/^export (?:const|let|function|class|async)/m.test(code)
              ? [`${path} exports more than types`]
              : []),
          ],
    ),
  ],
  [
    'imports its own files with their endings, and finds them',
    (files) => {
      const paths = new Set(files.map(({ path }) => path));
      return files.flatMap(({ path, imports }) =>
        imports
          .filter(({ from }) => isOurs(from) && !from.endsWith('.json') && !paths.has(targetOf(path, from)))
          .map(({ from }) => `${path} imports ${from}, which is not there`),
      );
    },
  ],
  [
    'has a core that does not wait',
    never(
      /\b(?:async|await|Promise|setTimeout|setInterval|fetch|process|globalThis|console|crypto|performance)\b(?!['-])/,
      'core is pure functions',
      (path) => path.startsWith('core/'),
    ),
  ],
  [
    'has a core that looks at no clock and no dice',
    never(/\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b/, 'the time is an argument', (path) =>
      path.startsWith('core/'),
    ),
  ],
  [
    'names a dialect where dialects are, and nowhere else',
    (files) => {
      const names = files
        .filter(({ path }) => path.startsWith('dialects/'))
        .flatMap(({ code }) => [...code.matchAll(/dialect: z\.literal\('([\w-]+)'\)/g)])
        .map(([, name]) => name);
      const isElsewhere = (path: string) => !path.startsWith('dialects/');
      return never(new RegExp(`'(?:${names.join('|')})'`), 'ask its kind or its dialect', isElsewhere)(files);
    },
  ],
  [
    'calls json-logic-js in one file',
    inEach(({ path, imports }) =>
      imports.some(({ from }) => from === 'json-logic-js') && path !== 'core/criteria/logic.ts'
        ? [`${path} imports json-logic-js: call it by core/criteria/logic.ts`]
        : [],
    ),
  ],
  ['exports nothing by default', never(/^export default\b|\bas default\b/m, 'give it a name')],
  [
    'has no enum',
    never(/^\s*(?:export\s+)?(?:const\s+)?enum\s/m, 'it is no erasable syntax; a union of texts is'),
  ],
  ['calls no variable module', never(/\b(?:const|let|var|function)\s+module\b/, 'it hides that of Node')],
];

/** A type that only one file makes: nobody else casts to it, nobody outside the gate imports its maker, and nobody hands the maker on. */
function madeIn(type: string, name: string, maker: string): Rule[1] {
  const cast = new RegExp(`\\bas\\s+(?:(?:unknown|never)\\s+as\\s+)?${type}\\b|<${type}>\\s*[({]`);
  const handedOn = new RegExp(`^export\\s*\\{[^}]*\\b${name}\\b|^export const \\w+ = ${name}\\b`, 'm');
  return (files) => [
    ...(files.some(({ path, code }) => path === maker && cast.test(code))
      ? []
      : [`${maker} makes no ${type}`]),
    ...files.flatMap(({ path, code, imports }) => {
      const knows = imports.some(({ from }) => isOurs(from) && targetOf(path, from) === maker);
      return [
        ...(cast.test(code) && path !== maker ? [`${path} makes a ${type}: only ${maker} may`] : []),
        ...(knows && roomOf(path) !== 'gate' ? [`${path} imports ${maker}: only the gate may`] : []),
        ...(knows && handedOn.test(code) ? [`${path} exports the maker of a ${type}: nobody may`] : []),
      ];
    }),
  ];
}
