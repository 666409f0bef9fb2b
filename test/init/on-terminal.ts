import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { PROGRAM } from '../harness/program.ts';
import { until } from '../harness/until.ts';

/** Types the answers on a terminal, each when its question is there; gives all that the terminal showed. */
export async function onTerminal(
  words: readonly string[],
  folder: string,
  answers: readonly (readonly [question: string, keys: string])[],
): Promise<string> {
  const command = [process.execPath, PROGRAM, ...words].map((word) => `'${word}'`).join(' ');
  // A terminal of no width would break every word.
  const child = spawn('script', ['-qec', `stty cols 120 rows 40; ${command}`, '/dev/null'], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1', TERM: 'xterm' },
  });
  let shown = '';
  child.stdout.on('data', (chunk: Buffer) => {
    shown += chunk.toString();
  });
  const gone = once(child, 'close');
  onTestFinished(() => void child.kill());
  for (const [question, keys] of answers) {
    await until(() => shown.includes(question));
    child.stdin.write(keys);
  }
  await gone;
  return shown;
}
