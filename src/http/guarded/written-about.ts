import type { Written } from '../../core/verdict/problem.ts';
import type { About } from '../../dialects/dialect.ts';
import type { GuardedExchange } from '../request/exchange.ts';

/** What a write is about, as far as it may stand in a log: words of a client that are names, and no long list of them. */
export function writtenAbout(
  { declared = [], ...words }: About = {},
  { dialect, mount }: Pick<GuardedExchange, 'dialect' | 'mount'>,
): Written {
  const plain = Object.entries(words).filter(
    ([, word]) => typeof word === 'string' && /^[\w.:-]{1,80}$/.test(word),
  );
  const some = declared
    .slice(0, MOST_DECLARED)
    .filter((one) => JSON.stringify(one).length < LONGEST_DECLARED);
  return {
    dialect: dialect.name,
    path: mount.path,
    ...Object.fromEntries(plain),
    ...(some.length > 0 && { declared: some }),
  };
}

const MOST_DECLARED = 20;
const LONGEST_DECLARED = 1000;
