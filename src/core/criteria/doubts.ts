import { isTruthWord } from '../likeness/truths.ts';
import { textOf } from '../wire/json.ts';
import type { Node } from './criteria-node.ts';
import { outcomesOf } from './evaluate.ts';
import { valuesAt } from './fact-values.ts';
import type { Facts } from './facts.ts';
import { DOUBT } from './outcome.ts';

/** Where a doubt decides, what is doubted, for people: ``applies in doubt: `record.amount` is `1,000` ``. Else nothing. */
export function doubtsOf(node: Node, facts: Facts): readonly string[] {
  if (outcomesOf(node, facts) !== DOUBT) return [];
  return [
    ...new Set(doubtedPathsOf(node, facts).map((path) => `applies in doubt: ${doubtText(path, facts)}`)),
  ];
}

/** The facts that are read where the doubt comes from. */
function doubtedPathsOf(node: Node, facts: Facts): readonly (readonly string[])[] {
  switch (node.kind) {
    case 'clause':
      return outcomesOf(node, facts) === DOUBT ? [['record', node.clause.field]] : [];
    case 'and':
    case 'or':
    case '!':
    case '!!':
    case 'if':
      return outcomesOf(node, facts) === DOUBT
        ? node.parts.flatMap((part) => doubtedPathsOf(part, facts))
        : [];
    case 'var':
      return outcomesOf(node, facts) === DOUBT ? [node.path] : [];
    default:
      return outcomesOf(node, facts) === DOUBT ? doubtfulOf(pathsIn(node), facts) : [];
  }
}

/** Those of the facts that are no settled value; all of them where each by itself is one. */
function doubtfulOf(paths: readonly (readonly string[])[], facts: Facts): readonly (readonly string[])[] {
  const open = paths.filter((path) => {
    const possible = valuesAt(path, null, facts);
    return typeof possible === 'string' || possible.length > 1 || possible[0]?.origin === 'fresh';
  });
  return open.length > 0 ? open : paths;
}

function pathsIn(node: Node): readonly (readonly string[])[] {
  if (node.kind === 'var') return [node.path];
  return 'parts' in node ? node.parts.flatMap((part) => (part ? pathsIn(part) : [])) : [];
}

/**
 * What is doubtful about a fact. Of values only those are said that are numbers, dates or truths in some spelling, cut: they say what was
 * doubted and no more; of any other value, that it only resembles the wanted one.
 */
function doubtText(path: readonly string[], facts: Facts): string {
  const name = `\`${path.join('.')}\``;
  const possible = valuesAt(path, null, facts);
  if (typeof possible === 'string') return `${name} is not known`;
  if (possible.length > 1) return `${name} has several values`;
  const text = textOf(possible[0]?.value)?.slice(0, MOST_LETTERS);
  if (text === undefined) return `${name} is nothing`;
  return isSayable(text) ? `${name} is \`${cut(text)}\`` : `${name} only resembles what it is compared with`;
}

function isSayable(text: string): boolean {
  return /^[\p{N}\p{P}\p{Z}\p{Sc}\p{Sm}TZxe]*$/u.test(text) || isTruthWord(text);
}

function cut(text: string): string {
  const symbols = [...text.replace(/[\p{C}`]/gu, '')];
  return symbols.length > MOST_SYMBOLS ? `${symbols.slice(0, MOST_SYMBOLS - 1).join('')}…` : symbols.join('');
}

const MOST_SYMBOLS = 20;
/** Letters of a text that are looked at, however long it is. */
const MOST_LETTERS = 200;
