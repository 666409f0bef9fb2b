import { vi } from 'vitest';
import { runProgram } from '../../src/cli/program.ts';
import { SECRET } from '../harness/delivery.ts';
import { witness } from '../witness/here.ts';
import type { Ran } from './run.ts';

/**
 * What a command gives, run in the process of the test, at a tenth of the price of a process of its own. Each command is run as a program
 * elsewhere: `run`.
 */
export async function runHere(
  words: readonly string[],
  folder?: string,
  env: Readonly<Record<string, string>> = { COUNTERSIGN_SECRET: SECRET },
): Promise<Ran> {
  const written = { out: '', err: '' };
  const hear = (to: keyof typeof written) => (text: unknown) => {
    written[to] += String(text);
    return true;
  };
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(hear('out')),
    vi.spyOn(process.stderr, 'write').mockImplementation(hear('err')),
  ];
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const before = process.cwd();
  if (folder !== undefined) process.chdir(folder);
  try {
    const code = await runProgram(words);
    witness.heard('process', `${written.out}\n${written.err}`);
    return { code, ...written };
  } finally {
    process.chdir(before);
    for (const spy of spies) spy.mockRestore();
    vi.unstubAllEnvs();
  }
}
