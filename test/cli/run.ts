import { spawnSync } from 'node:child_process';
import { SECRET } from '../harness/delivery.ts';
import { PROGRAM } from '../harness/program.ts';

/** What a command line gave. */
export type Ran = { readonly code: number | null; readonly out: string; readonly err: string };

/** Runs the program to its end, as an operator would; `input` is piped in. */
export function run(
  words: readonly string[],
  folder?: string,
  env: Readonly<Record<string, string>> = { COUNTERSIGN_SECRET: SECRET },
  input = '',
): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...words], {
    ...(folder && { cwd: folder }),
    env: { ...process.env, ...env },
    encoding: 'utf8',
    input,
  });
  return { code: status, out: stdout, err: stderr };
}
