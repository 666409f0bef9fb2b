import { vi } from 'vitest';
import { runProgram } from '../../src/cli/program.ts';
import { SECRET } from '../harness/delivery.ts';

/** What a command of this process gives, with all that it writes. */
export async function said(
  words: readonly string[],
): Promise<{ readonly code: number; readonly text: string }> {
  const heard: string[] = [];
  const hear = (text: unknown) => heard.push(String(text)) > 0;
  const spies = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation(hear),
  );
  vi.stubEnv('COUNTERSIGN_SECRET', SECRET);
  try {
    const code = await runProgram(words);
    return { code, text: heard.join('') };
  } finally {
    for (const spy of spies) spy.mockRestore();
    vi.unstubAllEnvs();
  }
}
