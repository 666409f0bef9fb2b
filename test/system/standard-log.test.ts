import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

const LOG = new URL('../../src/system/log.ts', import.meta.url);

type Line = { readonly msg: string; readonly time: string };

/** The lines that a process with a log on standard output had written when it ended, in their order. */
function linesOf(statements: string, level = 'info'): readonly Line[] {
  const script = `const { createLog } = await import(${JSON.stringify(LOG.href)});
    const log = createLog({ level: '${level}' });
    ${statements}`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);
}

function writtenBy(statements: string, level?: string): readonly string[] {
  return linesOf(statements, level).map(({ msg }) => msg);
}

it('a process that exits loses no line that waits', () => {
  expect(writtenBy(`log.info({}, 'one'); log.info({}, 'two'); process.exit(0);`)).toEqual(['one', 'two']);
  expect(writtenBy(`log.info({}, 'one'); throw new Error('the end');`)).toEqual(['one']);
});

it('a warning takes along what came before it, at once', () => {
  const killed = `log.info({}, 'one'); log.warn({}, 'two'); process.kill(process.pid, 'SIGKILL');`;
  expect(writtenBy(killed)).toEqual(['one', 'two']);
});

it('many lines are not held back until time is up', () => {
  const many = `for (let line = 0; line < 450; line++) log.info({}, String(line)); process.kill(process.pid, 'SIGKILL');`;
  expect(writtenBy(many)).toHaveLength(400);
});

it('each line has the time at which it came', () => {
  const pause = 'const late = Date.now() + 20; while (Date.now() < late);';
  const [one, two] = linesOf(`log.info({}, 'one'); ${pause} log.info({}, 'two'); process.exit(0);`);
  expect(Date.parse(two?.time ?? '')).toBeGreaterThan(Date.parse(one?.time ?? ''));
});

it('leaves out what is below its level', () => {
  expect(writtenBy(`log.info({}, 'one'); log.error({}, 'two'); process.exit(0);`, 'warn')).toEqual(['two']);
});
