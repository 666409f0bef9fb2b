import { valuesAt } from '../criteria/fact-values.ts';
import type { Known } from '../criteria/facts.ts';
import type { Need } from '../criteria/needs.ts';
import { keyOfValue, keyOfWanted } from '../likeness/keys.ts';
import { indexOf, namesIn, valuesUnder } from '../likeness/name-index.ts';
import { namesOf } from '../likeness/said.ts';
import type { Save } from '../saving/save.ts';
import type { Json, Scalar } from '../wire/json.ts';
import type { Rule } from './rule.ts';

/** Rules that are found by what they need, so that what a save costs does not grow with the number of those that it does not concern. */
export type RuleIndex = {
  /** Those that may concern what is known, in the order in which they were given. */
  rulesFor(known: Known): readonly Rule[];
};

/** The rules, with what each of them needs; undefined for one that may concern anything. */
export function indexRules(
  rules: readonly Rule[],
  needsOf: (rule: Rule) => readonly Need[] | undefined,
): RuleIndex {
  const places = new Map(rules.map((rule, place) => [rule, place]));
  const anyway: Rule[] = [];
  const bySaid = new Map<string, Bucket>();
  const byFact = new Map<string, FactBucket>();
  for (const rule of rules) {
    const needs = needsOf(rule);
    if (!needs) anyway.push(rule);
    for (const need of needs ?? []) {
      if (need.kind === 'said') {
        for (const name of need.names) addTo(bucketAt(bySaid, name, emptyBucket), rule, need.wanted);
      } else {
        const { path } = need;
        addTo(
          bucketAt(byFact, path.join('.'), () => factBucket(path)),
          rule,
          need.wanted,
        );
      }
    }
  }
  return {
    rulesFor(known) {
      const found = anyway.length > 0 ? [anyway] : [];
      addSaid(bySaid, known.save, found);
      for (const bucket of byFact.values()) addMatching(bucket, valuesOf(bucket, known), found);
      if (found.length < 2) return found[0] ?? [];
      return [...new Set(found.flat())].sort((one, two) => (places.get(one) ?? 0) - (places.get(two) ?? 0));
    },
  };
}

/** Rules that need the same fact or the same field: by the text that is wanted there, and those that want something that is no plain text. */
type Bucket = { readonly byKey: Map<string, Rule[]>; readonly others: Rule[]; readonly all: Rule[] };

/** Rules that need the same fact. `name`: the one under which a save states it, folded, where it is a field of one name; nearly all are. */
type FactBucket = Bucket & { readonly path: readonly string[]; readonly name: string | undefined };

function factBucket(path: readonly string[]): FactBucket {
  const [root, field = ''] = path;
  const names = root === 'record' ? namesOf(field) : [];
  return { ...emptyBucket(), path, name: names.length === 1 ? names[0] : undefined };
}

function emptyBucket(): Bucket {
  return { byKey: new Map(), others: [], all: [] };
}

function bucketAt<T extends Bucket>(buckets: Map<string, T>, name: string, make: () => T): T {
  const bucket = buckets.get(name) ?? make();
  buckets.set(name, bucket);
  return bucket;
}

function addTo({ byKey, others, all }: Bucket, rule: Rule, wanted: Scalar | undefined): void {
  const key = wanted === undefined ? undefined : keyOfWanted(wanted);
  append(all, rule);
  if (key === undefined) append(others, rule);
  else {
    const rules = byKey.get(key) ?? [];
    append(rules, rule);
    byKey.set(key, rules);
  }
}

/** What needs the same twice is found once. */
function append(rules: Rule[], rule: Rule): void {
  if (rules.at(-1) !== rule) rules.push(rule);
}

function addSaid(buckets: ReadonlyMap<string, Bucket>, save: Save, found: (readonly Rule[])[]): void {
  if (buckets.size === 0) return;
  const index = indexOf(save);
  for (const name of namesIn(index)) {
    const bucket = buckets.get(name);
    if (bucket) addMatching(bucket, valuesUnder(name, save, index), found);
  }
}

/** The values of a fact; undefined where it is not known for sure, and so may be any. */
function valuesOf({ path, name }: FactBucket, known: Known): readonly Json[] | undefined {
  const [root, field = ''] = path;
  if (root === 'record' && !known.save.fields.has(field)) return undefined;
  if (name !== undefined) return valuesUnder(name, known.save, indexOf(known.save));
  const possible = valuesAt(path, null, known);
  return typeof possible === 'string' ? undefined : possible.map(({ value }) => value);
}

function addMatching(
  { byKey, others, all }: Bucket,
  values: readonly Json[] | undefined,
  found: (readonly Rule[])[],
): void {
  const keys = values?.map(keyOfValue) ?? [undefined];
  if (keys.includes(undefined)) {
    found.push(all);
    return;
  }
  if (others.length > 0) found.push(others);
  for (const key of keys) {
    const rules = byKey.get(key ?? '');
    if (rules) found.push(rules);
  }
}
