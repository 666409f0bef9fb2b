import { nameOfFile } from '../../config/file/read-file.ts';
import { loadConfigAndPlugins } from '../../config/load.ts';
import { CONFIG_OPTION, type Command, configPathOf, refuseWords } from '../command.ts';
import { paint } from '../terminal/paint.ts';
import { showProblems } from '../terminal/show-problems.ts';

/** Says every problem of a configuration file. 0 where it can be used, warnings or not; 3 where it cannot, or leaves unsaid what has to be said. */
export const check: Command = {
  summary: 'check a configuration file and report every problem',
  help: `Usage: countersign check [-c FILE]

Says every problem of the file with its place. Exits with 0 where it can be used, warnings or not, and with 3 where it
cannot, or leaves unsaid what has to be said (a gateway then runs on the safe side).

Example
  countersign check -c config/countersign.example.yaml`,
  options: CONFIG_OPTION,
  async run(words) {
    refuseWords(words);
    return examine(configPathOf(words));
  },
};

async function examine(path: string): Promise<number> {
  const loaded = await loadConfigAndPlugins(path, process.env);
  const problems = loaded.ok ? loaded.warnings : loaded.problems;
  if (problems.length > 0) process.stdout.write(`${showProblems(problems)}\n`);
  if (!loaded.ok || problems.some(({ severity }) => severity === 'error')) return 3;
  const { modules, rules, channels, revision } = loaded.snapshot;
  const count = (list: readonly unknown[], word: string) =>
    `${list.length} ${word}${list.length === 1 ? '' : 's'}`;
  process.stdout.write(
    `${nameOfFile(path)} is ${paint('green', 'good')}: ${count(rules, 'rule')}, ${count(modules, 'module')}, ${count(channels, 'channel')}, revision ${revision}\n`,
  );
  return 0;
}
