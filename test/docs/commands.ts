import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A command as a page has it. */
export type Command = {
  readonly page: string;
  readonly text: string;
  /** What the page says that it answers, where the block shows it. */
  readonly output: string;
};

/** The pages that tell people what to type. */
export function pagesWithCommands(): readonly string[] {
  const below = (folder: string) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}/${name}`);
  const top = readdirSync(ROOT).filter((name) => name.endsWith('.md'));
  return [...top, ...below('docs'), ...below('examples'), ...below('deploy')];
}

const SHELLS = new Set(['sh', 'bash', 'shell', 'console']);

/** Every command of a page, in its order. */
export function commandsOf(page: string): readonly Command[] {
  return commandsIn(readFileSync(join(ROOT, page), 'utf8')).map((command) => ({ page, ...command }));
}

/**
 * The commands in the blocks of a shell, and those behind a `$` in any other block: one a line, joined where it ends in a backslash, cut
 * at `&&`. What follows a `$` command is its output.
 */
export function commandsIn(text: string): readonly Omit<Command, 'page'>[] {
  return blocksIn(text).flatMap(({ language, block }) => {
    const joined = block.replace(/\\\n\s*/g, '');
    if (/^\$ /m.test(joined)) {
      return joined
        .split(/^\$ /m)
        .slice(1)
        .map((part) => {
          const [command = '', ...output] = part.split('\n');
          return { text: command.trim(), output: output.join('\n').trim() };
        });
    }
    if (!SHELLS.has(language)) return [];
    return joined
      .split('\n')
      .filter((line) => line.trim() !== '' && !line.startsWith('#'))
      .flatMap((line) => line.split(' && '))
      .map((line) => ({ text: line.trim(), output: '' }));
  });
}

/** First words of lines in blocks that say no language and have no `$`, and are commands all the same. */
export function unmarkedIn(text: string): readonly string[] {
  const programs =
    /^(?:npm|npx|node|countersign|curl|docker|kubectl|openssl|export|git|redis-cli|redis-server)\s/;
  const bare = blocksIn(text).filter(({ language }) => language === '');
  return bare.flatMap(({ block }) => block.split('\n')).filter((line) => programs.test(line));
}

function blocksIn(text: string): readonly { readonly language: string; readonly block: string }[] {
  const found = text.matchAll(/^```(\w*)[^\n]*\n(.*?)^```$/gms);
  return [...found].map(([, language = '', block = '']) => ({ language, block }));
}
