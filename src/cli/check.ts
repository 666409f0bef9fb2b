import { loadConfig } from '../config/load.ts';
import { formatProblems } from '../config/problem.ts';

/** Says every problem of a configuration file. 0 where it can be used, warnings or not; 3 where it cannot. */
export async function check(path: string): Promise<number> {
  const loaded = loadConfig(path, process.env);
  const problems = loaded.ok ? loaded.warnings : loaded.problems;
  if (problems.length > 0) process.stdout.write(`${formatProblems(problems)}\n`);
  if (!loaded.ok) return 3;
  const { modules, rules, channels, revision } = loaded.snapshot;
  const count = (list: readonly unknown[], word: string) =>
    `${list.length} ${word}${list.length === 1 ? '' : 's'}`;
  process.stdout.write(
    `${path} is good: ${count(rules, 'rule')}, ${count(modules, 'module')}, ${count(channels, 'channel')}, revision ${revision}\n`,
  );
  return 0;
}
