import { isMet, type Outcome } from './goal.ts';

/** The outcomes as a table, in the format of Markdown. */
export function tableOf(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map((outcome) => [
    outcome.name,
    figureOf(outcome.figure, outcome.unit) + rangeIn(outcome),
    'atLeast' in outcome.goal
      ? `≥ ${figureOf(outcome.goal.atLeast, outcome.unit)}`
      : `≤ ${figureOf(outcome.goal.atMost, outcome.unit)}`,
    isMet(outcome) ? 'yes' : 'no',
    Object.entries(outcome.made)
      .map(
        ([name, figure]) =>
          `${name} ${figure >= 100 ? Math.round(figure).toLocaleString('en') : figure.toFixed(1)}`,
      )
      .join(', '),
  ]);
  const head = ['what', 'measured', 'goal', 'met', 'made of'];
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function rangeIn({ range, unit }: Outcome): string {
  return range ? ` (${range.map((figure) => figureOf(figure, unit)).join(' to ')})` : '';
}

function figureOf(figure: number, unit: Outcome['unit']): string {
  return unit === 'ratio' ? figure.toFixed(2) : `${Math.round(figure)} ${unit}`;
}
