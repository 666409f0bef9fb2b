import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { ConfigInput } from '../../src/config/schema/schema.ts';

const PAGE = new URL('../../docs/cookbook.md', import.meta.url);

export type Case = {
  readonly name: string;
  readonly request: { readonly method: string; readonly path: string; readonly body?: object };
  readonly before?: Readonly<Record<string, unknown>>;
  readonly related?: Readonly<Record<string, object>>;
  readonly expect: 'pass' | 'otp-required' | 'refused';
};

/** A recipe as it stands on the page. */
export type Recipe = {
  readonly title: string;
  /** The configuration: the beginning of the page and what the recipe adds. */
  readonly options: ConfigInput;
  readonly cases: readonly Case[];
  /** What the page says that a client sees. */
  readonly seen: string;
  /** What is easily forgotten, a line each. */
  readonly pitfalls: readonly string[];
};

/** The recipes of the cookbook. */
export function readCookbook(): readonly Recipe[] {
  const [beginning = '', ...sections] = readFileSync(PAGE, 'utf8').split(/^## /m);
  const [base = ''] = blocksOf(beginning, 'yaml');
  return sections.map((section) => {
    const [own = '', cases = ''] = blocksOf(section, 'yaml');
    const [seen = ''] = blocksOf(section, '');
    return {
      title: section.split('\n', 1)[0] ?? '',
      options: { ...parse(base), ...parse(own) } as ConfigInput,
      cases: (parse(cases) as { readonly cases: readonly Case[] }).cases,
      seen: seen.trim(),
      pitfalls: section.match(/^- .+$/gm) ?? [],
    };
  });
}

function blocksOf(text: string, language: string): readonly string[] {
  return [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].flatMap(([, found, block = '']) =>
    found === language ? [block] : [],
  );
}
