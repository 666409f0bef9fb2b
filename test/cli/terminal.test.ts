import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test, vi } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { PROGRAM } from '../harness/program.ts';
import { until } from '../harness/until.ts';
import { openFolder } from '../harness/world.ts';
import { run } from './run.ts';
import { runHere } from './run-here.ts';

vi.setConfig({ testTimeout: 240_000 });

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const EXAMPLES = [
  'config/countersign.example.yaml',
  'examples/rest/countersign.yaml',
  'examples/vtiger/countersign.yaml',
  'deploy/compose/countersign.yaml',
];
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const revisionIn = (text: string) => /revision (\w+)/.exec(text)?.[1];

describe('print-config', () => {
  test.each(EXAMPLES)('prints of %s what check accepts as the same configuration', async (path) => {
    const printed = await runHere(['print-config', '-c', join(ROOT, path)]);
    expect(printed.code).toBe(0);
    const checked = run(['check', '-c', '-'], ROOT, undefined, printed.out);
    expect(checked).toMatchObject({ code: 0, err: '' });
    expect(revisionIn(checked.out)).toBe(revisionIn(printed.out));
  });
});

describe('fmt', () => {
  test.each(EXAMPLES)('keeps what %s says and every comment, and changes nothing twice', async (path) => {
    const folder = openFolder();
    const text = read(path);
    writeFileSync(join(folder, 'a.yaml'), text);
    expect((await runHere(['fmt', '--check', '-c', 'a.yaml'], folder)).code).toBe(4);
    expect(readFileSync(join(folder, 'a.yaml'), 'utf8')).toBe(text);
    expect(await runHere(['fmt', '-c', 'a.yaml'], folder)).toEqual({ code: 0, out: '', err: '' });
    const laidOut = readFileSync(join(folder, 'a.yaml'), 'utf8');
    const commentsOf = (written: string) =>
      [...written.matchAll(/(?:^|\s)#(.*)$/gm)].map(([, words]) => words);
    expect(commentsOf(laidOut)).toEqual(commentsOf(text));
    expect((await runHere(['fmt', '--check', '-c', 'a.yaml'], folder)).code).toBe(0);
    expect(run(['fmt', '-c', '-'], folder, undefined, text).out).toBe(laidOut);
  });

  test('keeps JSON as JSON, and leaves alone what cannot be read', async () => {
    const folder = openFolder();
    writeFileSync(join(folder, 'a.json'), '{"version":1,"rules":[]}');
    expect((await runHere(['fmt', '-c', 'a.json'], folder)).code).toBe(0);
    expect(readFileSync(join(folder, 'a.json'), 'utf8')).toBe('{\n  "version": 1,\n  "rules": []\n}\n');
    writeFileSync(join(folder, 'b.yaml'), 'a: [\n');
    expect((await runHere(['fmt', '-c', 'b.yaml'], folder)).code).toBe(3);
    expect(readFileSync(join(folder, 'b.yaml'), 'utf8')).toBe('a: [\n');
  });
});

describe('completion', () => {
  const printed: Record<string, string> = {};
  const complete = (shell: string, ...words: readonly string[]) => {
    printed['bash'] ??= run(['completion', 'bash']).out;
    const script = printed['bash'];
    const asked = words.map((word) => `'${word}'`).join(' ');
    const { stdout } = spawnSync(shell, [
      '-c',
      `${script}\nCOMP_WORDS=(countersign ${asked})\nCOMP_CWORD=${words.length}\n_countersign\necho "\${COMPREPLY[@]}"`,
    ]);
    return stdout.toString().trim();
  };

  test('in bash: commands, subcommands, options and their values', () => {
    expect(complete('bash', 'sim')).toBe('simulate');
    expect(complete('bash', 'audit', 'ver')).toBe('verify');
    expect(complete('bash', 'simulate', '--exp')).toBe('--expect');
    expect(complete('bash', 'simulate', '--expect', '')).toBe('pass otp-required refused');
    expect(complete('bash', '-c', 'x.yaml', 'che')).toBe('check');
    expect(complete('bash', 'check', '-c', join(ROOT, 'package-l'))).toBe(join(ROOT, 'package-lock.json'));
  });

  test.each([
    'bash',
    'zsh',
    'fish',
  ])('%s names every command and option, and the shell can read it where it is', (shell) => {
    const { code, out } = run(['completion', shell]);
    expect(code).toBe(0);
    for (const name of Object.keys(COMMANDS)) expect(out).toContain(name);
    for (const option of ['without-secret', 'expect', 'format']) expect(out).toContain(option);
    const { error, status, stderr } = spawnSync(shell, ['-n', scriptOf(shell)]);
    if (!error) expect({ status, said: stderr.toString() }).toEqual({ status: 0, said: '' });
  });

  test('in zsh, where it is installed: what the shell is given to choose from', () => {
    const given = (...words: readonly string[]) => {
      const shell = [
        'compdef() { }; _files() { print files }; compadd() { shift; print -r -- $@ }',
        `source ${scriptOf('zsh')}`,
        `words=(countersign ${words.map((word) => `'${word}'`).join(' ')}); CURRENT=${words.length + 1}`,
        '_countersign',
      ];
      const { error, stdout } = spawnSync('zsh', ['-f', '-c', shell.join('\n')]);
      return error ? undefined : stdout.toString().trim().split(' ');
    };
    if (given('') === undefined) return;
    expect(given('sim')).toContain('simulate');
    expect(given('audit', 'ver')).toContain('verify');
    expect(given('simulate', '--exp')).toContain('--expect');
    expect(given('simulate', '--expect', '')).toEqual(['pass', 'otp-required', 'refused']);
    expect(given('check', '-c', '')).toEqual(['files']);
  });

  test('in fish, where it is installed: what the shell offers', () => {
    const offered = (line: string) => {
      const typed = ['-c', `source ${scriptOf('fish')}; complete -C '${line}'`];
      const { error, stdout } = spawnSync('fish', typed, { env: { ...process.env, HOME: openFolder() } });
      const lines = stdout?.toString().trim().split('\n') ?? [];
      return error ? undefined : lines.map((offer) => offer.split('\t')[0]);
    };
    if (offered('countersign ') === undefined) return;
    expect(offered('countersign sim')).toEqual(['simulate']);
    expect(offered('countersign audit ver')).toEqual(['verify']);
    expect(offered('countersign simulate --exp')).toEqual(['--expect']);
    expect(offered('countersign simulate --expect ')).toEqual(['otp-required', 'pass', 'refused']);
  });

  /** The file that holds what `completion` prints for a shell. */
  function scriptOf(shell: string): string {
    const file = join(openFolder(), `countersign.${shell}`);
    printed[shell] ??= run(['completion', shell]).out;
    writeFileSync(file, printed[shell]);
    return file;
  }
});

describe('colours', () => {
  const wrong = () => {
    const folder = openFolder();
    writeFileSync(join(folder, 'countersign.yaml'), 'version: 2\n');
    return folder;
  };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is how colours begin
  const COLOUR = /\u001b\[/;

  test('stay out of pipes, and obey NO_COLOR and FORCE_COLOR', () => {
    const folder = wrong();
    expect(run(['check'], folder).out).not.toMatch(COLOUR);
    expect(run(['check'], folder, { FORCE_COLOR: '1' }).out).toMatch(COLOUR);
    const env = { NO_COLOR: '1', TERM: 'xterm-256color' };
    expect(onTerminal(`check`, folder, env)).not.toMatch(COLOUR);
    expect(onTerminal(`check`, folder, { TERM: 'xterm-256color' })).toMatch(COLOUR);
  });

  test('serve is readable on a terminal, and ends by Ctrl-C', async () => {
    const folder = openFolder();
    writeFileSync(
      join(folder, 'countersign.yaml'),
      read('config/countersign.example.yaml')
        .replace('port: 8080', 'port: 0')
        .replace('port: 9090', 'port: 0'),
    );
    const child = spawn('script', ['-qec', `'${process.execPath}' '${PROGRAM}' serve`, '/dev/null'], {
      cwd: folder,
      env: { ...process.env, NO_COLOR: '1', COUNTERSIGN_SECRET: 'x'.repeat(40) },
    });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    const gone = once(child, 'close');
    await until(() => said.includes('countersign is listening'));
    child.stdin.write('\u0003');
    await gone;
    expect(said).toMatch(/^\[\d\d:\d\d:\d\d\] INFO: countersign is listening \{/m);
    expect(said).toMatch(/INFO: countersign is closing/);
    expect(said).not.toContain('"level":');
  });
});

/** What a terminal would show. */
function onTerminal(words: string, folder: string, env: Readonly<Record<string, string>>): string {
  // Node takes a build server's terminal (`CI`) for one without colours.
  const { NO_COLOR: _, FORCE_COLOR: __, CI: ___, ...plain } = process.env;
  const { stdout } = spawnSync(
    'script',
    ['-qec', `'${process.execPath}' '${PROGRAM}' ${words}`, '/dev/null'],
    {
      cwd: folder,
      env: { ...plain, ...env },
      encoding: 'utf8',
    },
  );
  return stdout;
}
