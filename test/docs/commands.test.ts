import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openCheckout } from './checkout.ts';
import { type Command, commandsIn, commandsOf, pagesWithCommands, ROOT, unmarkedIn } from './commands.ts';
import { ELSEWHERE } from './commands-elsewhere.ts';
import { SCENES } from './scenes.ts';
import { openTerminal } from './terminal.ts';

const pages = pagesWithCommands();
const elsewhere = (command: Command) =>
  ELSEWHERE.find(
    ({ commands, page }) => commands.test(command.text) && (page ?? command.page) === command.page,
  );
const here = pages
  .map((page) => [page, commandsOf(page).filter((command) => !elsewhere(command))] as const)
  .filter(([, commands]) => commands.length > 0);

/** What stays until Ctrl-C, with what it says once it is up. */
const STAYING: readonly (readonly [RegExp, RegExp])[] = [
  [/^(?:npm start --|countersign) serve /, /"url":/],
  [/^npm run demo$/, /Play both sides: /],
];

/** On these nothing writes that is typed here. */
const LINKED = ['src', 'test'];

/** These write nothing, which is looked at: they are typed where the tests run, whose modules are compiled already. */
const READING = /^(?:npx vitest run |node examples\/)/;

describe('every command of the pages is run', () => {
  test('commands are read', () => {
    expect(here.length).toBeGreaterThan(3);
    expect(
      commandsIn('```sh\n# why\na \\\n  b\n\nc && d\n```\n\n```\n$ e\nf\n$ g\n```\n\n```js\nh\n```\n'),
    ).toEqual([
      { text: 'a b', output: '' },
      { text: 'c', output: '' },
      { text: 'd', output: '' },
      { text: 'e', output: 'f' },
      { text: 'g', output: '' },
    ]);
  });

  test.each(pages)('%s marks its commands as such', (page) => {
    expect(unmarkedIn(readFileSync(join(ROOT, page), 'utf8'))).toEqual([]);
  });

  test.each(here)(
    'those of %s, as it says, in its order',
    async (page, commands) => {
      const { folder, environment } = openCheckout(undefined, LINKED);
      const scene = await (SCENES[page] ?? SCENES.default)(folder);
      const terminal = openTerminal(folder, { ...environment, ...scene.environment });
      const atRoot = openTerminal(ROOT, environment);
      for (const { text, output } of commands) {
        const command = scene.places.reduce((typed, [from, to]) => typed.replaceAll(from, to), text);
        const staying = STAYING.find(([pattern]) => pattern.test(command));
        await scene.before?.(command, terminal);
        if (staying) {
          await terminal.start(command, staying[1]);
        } else {
          const before = READING.test(command) && examples();
          const ran = await (before ? atRoot : terminal).run(command);
          if (before) expect(examples()).toEqual(before);
          expect(ran.code, `${text}\n${ran.output}`).toBe(0);
          const [first = ''] = output.split('\n');
          expect(ran.output).toContain(first);
        }
      }
      // npm ends itself by the signal that it was told to stop by.
      for (const end of await terminal.interrupt()) expect([0, 130, 'SIGINT']).toContain(end);
    },
    240_000,
  );
});

/** Each file of the examples, and when it was written. */
function examples(): readonly string[] {
  const folder = join(ROOT, 'examples');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(
    (name) => `${name} ${statSync(join(folder, name)).mtimeMs}`,
  );
}

describe('every command that is not run here', () => {
  test.each(
    ELSEWHERE.map((entry) => [String(entry.commands), entry] as const),
  )('%s is on a page', (_, entry) => {
    const all = pages.flatMap(commandsOf);
    expect(all.filter((command) => elsewhere(command) === entry)).not.toEqual([]);
  });

  test.each(
    ELSEWHERE.map((entry) => [String(entry.commands), entry] as const),
  )('%s: the test that stands for it is there, and about it', (_, { test: [file, name], shows, why }) => {
    expect(why).not.toBe('');
    expect(existsSync(join(ROOT, file)), file).toBe(true);
    const source = readFileSync(join(ROOT, file), 'utf8');
    expect(source).toContain(`'${name}'`);
    expect(source).toContain(shows);
  });
});
