import { visible } from '../terminal/visible.ts';
import { declarationsText } from './report-declarations.ts';
import { modulesText } from './report-modules.ts';
import type { Occurrences, PlaceTally, RuleTally, Summary } from './report-summary.ts';

/** The summary as tables for people. */
export function summaryText(summary: Summary): string {
  const { decisions, wouldRefuse, first, last, rules, unmappedWrites, unmappedReads, unreadable } = summary;
  const { undeclared, modules } = summary;
  const head = `${decisions} decisions, ${secondOf(first)} to ${secondOf(last)}; ${wouldRefuse || 'none'} would have been refused`;
  const places = (title: string, hint: string, found: readonly PlaceTally[], isTold = false) =>
    found.length === 0 ? [] : [`${title}\n${hint}\n\n${placesTable(found, isTold)}`];
  return [
    head,
    ...(rules.length === 0
      ? []
      : [
          `Rules in shadow mode\n  If they were enforced, these requests would wait for a code, or be refused.\n\n${rulesTable(rules)}`,
        ]),
    ...places('Unmapped writes', '  What their clients would be told:', unmappedWrites, true),
    ...declarations([...unmappedWrites, ...unreadable.filter(({ written }) => written?.declared)]),
    ...places('Unmapped reads', '  Beside records whose reads are guarded.', unmappedReads),
    ...places('Requests that cannot be judged', '  What their clients would be told:', unreadable, true),
    ...places(
      'Names, objects and lists that no module declares',
      '  The modules below declare them.',
      undeclared,
      true,
    ),
    ...(modules.length === 0
      ? []
      : [
          `What the modules would have to declare\n  To paste into the configuration; "knownFields" to refuse all other names. Check the names first.\n\n${modulesText(modules)}`,
        ]),
  ].join('\n\n');
}

function rulesTable(rules: readonly RuleTally[]): string {
  const rows = rules.map((rule) => ({
    cells: [
      rule.rule,
      ...tallyCells(rule),
      String(rule.records),
      textOf(rule.would),
      rule.examples.join(' '),
    ],
    below: linesOf(rule.why),
  }));
  return table(['rule', 'requests', 'first', 'last', 'records', 'would', 'examples'], rows);
}

/** `isTold`: below each place stands why, as requests can be unreadable for many reasons. */
function placesTable(places: readonly PlaceTally[], isTold: boolean): string {
  const rows = places.map((place) => ({
    cells: [place.method, ...tallyCells(place), placeText(place), place.examples.join(' ')],
    below: isTold ? linesOf(place.why) : [],
  }));
  return table(['method', 'requests', 'first', 'last', 'path', 'examples'], rows);
}

/** The path, with what was written there in the CRM's own words. */
function placeText({ path, written = {} }: PlaceTally): string {
  const { type, idPrefix, operation } = written;
  const words = [type ?? (idPrefix && `${idPrefix}x`), operation].filter((word) => word !== undefined);
  return words.length === 0 ? path : `${path} (${words.join(' ')})`;
}

function declarations(writes: readonly PlaceTally[]): readonly string[] {
  const text = declarationsText(writes);
  return text === ''
    ? []
    : [
        `What these writes may be declared as\n  To paste into the configuration, whatever of it is right: a module, an operation of one, or a path that passes unread.\n\n${shownLines(text.split('\n'))}`,
      ];
}

function tallyCells({ requests, first, last }: Occurrences): readonly string[] {
  return [String(requests), secondOf(first), secondOf(last)];
}

function textOf(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([what, count]) => (Object.keys(counts).length === 1 ? what : `${count} ${what}`))
    .join(', ');
}

function linesOf(counts: Readonly<Record<string, number>>): readonly string[] {
  const all = Object.entries(counts).map(([what, count]) => `${count}x ${what}`);
  return [...all.slice(0, MAX_REASONS), ...more(all.length - MAX_REASONS)];
}

/** A client that sends ever new kinds of requests does not hide the rest. */
const MAX_REASONS = 10;
const MAX_ROWS = 50;

function more(count: number): readonly string[] {
  return count > 0 ? [`and ${count} more, in --format json`] : [];
}

type TableRow = { readonly cells: readonly string[]; readonly below: readonly string[] };

function table(heads: readonly string[], rows: readonly TableRow[]): string {
  const widths = heads.map((head, index) =>
    Math.max(head.length, ...rows.map(({ cells }) => cells[index]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `  ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  ')}`.trimEnd();
  const told = rows.slice(0, MAX_ROWS).flatMap(({ cells, below }) => [line(cells), ...below.map(indented)]);
  return shownLines([line(heads), ...told, ...more(rows.length - MAX_ROWS).map(indented)]);
}

const secondOf = (time: string) => time.replace(/\.\d+Z$/, 'Z');
const indented = (text: string) => `      ${text}`;
/** What a client wrote may stand in a detail, and details may have several lines. */
const shownLines = (lines: readonly string[]) =>
  lines.map((line) => visible(line.replaceAll('\n', ' '))).join('\n');
