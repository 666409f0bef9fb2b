import { stringify } from 'yaml';
import type { ToldDecision } from './report-line.ts';

/** What a module would have to say so that what was seen of it passes: names, and no value. */
export type ModuleTally = {
  readonly module: string;
  readonly knownFields: readonly string[];
  readonly envelopeFields: readonly string[];
  readonly values: readonly string[];
  /** Members and the modules that they hold records of. */
  readonly relations: Readonly<Record<string, string>>;
  /** Members that may hold records, nobody knows of which module. */
  readonly unclear: readonly string[];
  /** What saves have in their query or head for which they would be refused or asked about, and by which the CRM was not seen to choose anything. */
  readonly neutralQuery: readonly string[];
  readonly neutralHeaders: readonly string[];
  /** That by which it was seen to choose another version of a record. */
  readonly readHeaders: readonly string[];
  readonly choosingQuery: readonly string[];
};

/** A client that sends ever new names does not fill the memory. */
const MOST_NAMES = 500;

/** Adds up which names were saved, by module. */
export function createModules() {
  const modules = new Map<string, ReturnType<typeof createNames>>();
  const of = (name: string) => {
    const found = modules.get(name) ?? createNames();
    modules.set(name, found);
    return found;
  };
  return {
    add({ named, beside, nested, steered }: ToldDecision): void {
      for (const [name, members] of Object.entries(named))
        for (const one of members) add(of(name).known, one);
      for (const [name, members] of Object.entries(beside))
        for (const one of members) add(of(name).envelope, one);
      for (const { module: name, member, as, of: other } of nested) {
        const { values, relations, unclear } = of(name);
        if (as === 'value') add(values, member);
        else if (other === undefined) add(unclear, member);
        else if (isProposed(member, relations)) relations.set(member, other);
      }
      for (const { module: name, query, headers, differs } of steered) {
        const { neutralQuery, neutralHeaders, readHeaders, choosingQuery } = of(name);
        for (const one of query) add(differs ? choosingQuery : neutralQuery, one);
        for (const one of headers) add(differs ? readHeaders : neutralHeaders, one.toLowerCase());
      }
    },
    found(): readonly ModuleTally[] {
      return [...modules].map(([name, tally]) => {
        const { known, envelope, values, relations, unclear } = tally;
        // One name was a column here and records there: it is never proposed as a column. Where there was no room for all of them, nobody knows.
        const isColumn = (member: string) => !relations.has(member) && !unclear.has(member);
        const columns = isFull(relations) || isFull(unclear) ? [] : [...values].filter(isColumn);
        const nested = new Set([...values, ...relations.keys(), ...unclear]);
        return {
          module: name,
          knownFields: [...known].filter((member) => !nested.has(member)).sort(),
          envelopeFields: [...envelope].sort(),
          values: columns.sort(),
          relations: Object.fromEntries([...relations].sort(([one], [two]) => (one < two ? -1 : 1))),
          unclear: [...unclear].filter((member) => !relations.has(member)).sort(),
          // By what a CRM was once seen to choose, it may choose in any save.
          neutralQuery: without(tally.choosingQuery, tally.neutralQuery),
          neutralHeaders: without(tally.readHeaders, tally.neutralHeaders),
          readHeaders: [...tally.readHeaders].sort(),
          choosingQuery: [...tally.choosingQuery].sort(),
        };
      });
    },
  };
}

function createNames() {
  return {
    known: new Set<string>(),
    envelope: new Set<string>(),
    values: new Set<string>(),
    relations: new Map<string, string>(),
    unclear: new Set<string>(),
    neutralQuery: new Set<string>(),
    neutralHeaders: new Set<string>(),
    readHeaders: new Set<string>(),
    choosingQuery: new Set<string>(),
  };
}

function add(names: Set<string>, name: string): void {
  if (isProposed(name, names)) names.add(name);
}

type Names = { readonly size: number };

/** A name with symbols that nobody sees, or that turn a line, is not what it looks like: nobody could check it. */
function isProposed(name: string, names: Names): boolean {
  return !isFull(names) && !/[\p{C}\p{Zl}\p{Zp}]/u.test(name);
}

function isFull({ size }: Names): boolean {
  return size >= MOST_NAMES;
}

/** The names without the others; no name where there was no room for all of the others. */
function without(others: ReadonlySet<string>, names: ReadonlySet<string>): readonly string[] {
  return isFull(others) ? [] : [...names].filter((one) => !others.has(one)).sort();
}

/**
 * The modules as YAML to paste below `modules`. What an operator has to decide stands in comments: neutral names, too, since a name that chose nothing may
 * still choose, and whoever wants it neutral sends it so.
 */
export function modulesText(modules: readonly ModuleTally[]): string {
  const blocks = modules.map(({ module: name, unclear, choosingQuery, ...lists }) => {
    const { relations, neutralQuery, neutralHeaders, ...others } = lists;
    const said = {
      ...Object.fromEntries(Object.entries(others).filter(([, names]) => names.length > 0)),
      ...(Object.keys(relations).length > 0 && { relations }),
    };
    const open = [
      ...unclear.map(
        (member) =>
          `${JSON.stringify(member)} may hold records of another module, or fields of this one: name it in "relations", or in "values" where it is a column`,
      ),
      ...(lists.values.length > 0 ? [COLUMNS] : []),
      ...Object.entries({ neutralQuery, neutralHeaders }).flatMap(([key, names]) =>
        names.length === 0 ? [] : [`${key}: ${JSON.stringify(names)}   # ${NEUTRAL}`],
      ),
      ...choosingQuery.map(
        (one) =>
          `by ${JSON.stringify(one)} in the address the CRM shows another version of the record: rules that read what differs ask about such saves`,
      ),
    ];
    const text =
      Object.keys(said).length > 0
        ? stringify({ [name]: said }, { lineWidth: 0 })
        : `${stringify(name).trim()}:\n`;
    return text.replace(/^(?=.)/gm, '  ') + open.map((line) => `    # ${line}\n`).join('');
  });
  return `modules:\n${blocks.join('')}`;
}

const COLUMNS =
  '"values" only where none of them holds records of another module, or fields of the record itself: no rule looks into a column';
const NEUTRAL =
  'only where the CRM chooses neither a record nor a version of one by them, and leaves none out; a header by which it does, in readHeaders';
