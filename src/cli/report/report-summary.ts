import type { Written } from '../../core/verdict/problem.ts';
import type { ToldDecision } from './report-line.ts';
import { createModules, type ModuleTally } from './report-modules.ts';

/** How often something would have been refused, when, and of which requests to begin with. */
export type Occurrences = {
  readonly requests: number;
  /** RFC 3339, as the log has it. */
  readonly first: string;
  readonly last: string;
  /** Ids of requests, the first few. */
  readonly examples: readonly string[];
};

/** What a rule in shadow mode would have done. */
export type RuleTally = Occurrences & {
  readonly rule: string;
  /** How many records they were about. */
  readonly records: number;
  /** How often it would have said what: slugs, or the CRM's own statuses. */
  readonly would: Readonly<Record<string, number>>;
  /** How often it would have applied for which reason. */
  readonly why: Readonly<Record<string, number>>;
};

/** `path` is a pattern, which `passthrough` takes; `why` is what the client would have been told. */
export type PlaceTally = Occurrences & {
  readonly method: string;
  readonly path: string;
  readonly why: Readonly<Record<string, number>>;
  /** What was written, in the CRM's own words, where it says so. */
  readonly written?: Written;
};

/** What enforcing would have refused. */
export type Summary = {
  readonly decisions: number;
  readonly wouldRefuse: number;
  readonly first: string;
  readonly last: string;
  readonly rules: readonly RuleTally[];
  readonly unmappedWrites: readonly PlaceTally[];
  readonly unmappedReads: readonly PlaceTally[];
  readonly unreadable: readonly PlaceTally[];
  /** Members that no module declares. */
  readonly undeclared: readonly PlaceTally[];
  /** What the modules would have to say. */
  readonly modules: readonly ModuleTally[];
};

const EXAMPLES = 3;

/** Adds up what the lines of a log tell. */
export function createSummary() {
  const all = createTally();
  let wouldRefuse = 0;
  const rules = new Map<string, ReturnType<typeof createTally>>();
  const modules = createModules();
  const places = new Map<string, Map<string, ReturnType<typeof createTally>>>();

  function placeOf(kind: string, key: string) {
    const ofKind = places.get(kind) ?? new Map<string, ReturnType<typeof createTally>>();
    places.set(kind, ofKind);
    return tallyIn(ofKind, key);
  }

  function placesOf(kind: string): readonly PlaceTally[] {
    return sorted(places.get(kind)).map(([key, tally]) => {
      const [place = '', words] = key.split('\n');
      const [method = '', path = ''] = place.split(' ');
      const written = words === undefined ? {} : { written: JSON.parse(words) as Written };
      return { method, path, ...written, ...tally.found(), why: tally.whys() };
    });
  }

  return {
    add(decision: ToldDecision): void {
      all.add(decision);
      modules.add(decision);
      const { would, path, method, detail, why, written } = decision;
      if (would === undefined) return;
      wouldRefuse++;
      const words = written === undefined ? '' : `\n${JSON.stringify(written)}`;
      if (path !== undefined)
        placeOf(would, `${method} ${path}${words}`).add(decision, detail === '' ? undefined : detail);
      const inShadow = Map.groupBy(
        why.filter(({ mode }) => mode === 'shadow'),
        ({ rule }) => rule,
      );
      for (const [rule, reasons] of inShadow)
        tallyIn(rules, rule).add(
          decision,
          [...new Set(reasons.map(reasonText))].join('; '),
          reasons.map(({ record }) => record),
        );
    },
    found(): Summary {
      const { requests: decisions, first, last } = all.found();
      return {
        decisions,
        wouldRefuse,
        first,
        last,
        rules: sorted(rules).map(([rule, tally]) => ({
          rule,
          ...tally.found(),
          records: tally.records(),
          would: tally.woulds(),
          why: tally.whys(),
        })),
        unmappedWrites: placesOf('unmapped-write'),
        unmappedReads: placesOf('unmapped-read'),
        unreadable: placesOf('request-unreadable'),
        undeclared: [...placesOf('undeclared-nesting'), ...placesOf('unknown-field')],
        modules: modules.found(),
      };
    },
  };
}

function createTally() {
  let requests = 0;
  let first = '';
  let last = '';
  const examples: string[] = [];
  const records = new Set<string>();
  const would = new Map<string, number>();
  const why = new Map<string, number>();
  return {
    add(decision: ToldDecision, reason?: string, about: readonly (string | null)[] = []): void {
      const { time, request } = decision;
      requests++;
      if (first === '' || time < first) first = time;
      if (time > last) last = time;
      if (examples.length < EXAMPLES) examples.push(request);
      for (const record of about) if (record !== null) records.add(record);
      if (decision.would !== undefined) count(would, decision.would);
      if (reason !== undefined) count(why, reason);
    },
    found: (): Occurrences => ({ requests, first, last, examples }),
    records: () => records.size,
    woulds: () => Object.fromEntries(most(would)),
    whys: () => Object.fromEntries(most(why)),
  };
}

function tallyIn(tallies: Map<string, ReturnType<typeof createTally>>, key: string) {
  const tally = tallies.get(key) ?? createTally();
  tallies.set(key, tally);
  return tally;
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

const most = (counts: Map<string, number>) => [...counts].sort(([, a], [, b]) => b - a);

function sorted(tallies: ReadonlyMap<string, ReturnType<typeof createTally>> = new Map()) {
  return [...tallies].sort(([, a], [, b]) => b.found().requests - a.found().requests);
}

function reasonText({ about, why }: ToldDecision['why'][number]): string {
  if (about === 'unread') return 'its record could not be read';
  const reasons = [...why, ...(about === 'criteria' ? [] : ['it changes the address that codes go to'])];
  return reasons.join('; ') || 'its criteria hold';
}
