import { stepsIn } from '../likeness/name-steps.ts';
import { keyOf, type Nesting, spellingOf } from './members.ts';

/**
 * The name in the address of a write that would write through a relation: servers merge addresses into fields, so
 * `?deliveries[0][id]=45&deliveries[0][status]=…` is a nested write without a body. `modules` are those that the address may be about.
 */
export function nestedNameIn(
  names: Iterable<string>,
  modules: readonly string[],
  nesting: Nesting,
): string | undefined {
  const relations = new Set(modules.flatMap((name) => [...(nesting.get(name)?.relations.keys() ?? [])]));
  const guarded = new Set([...nesting.values()].flatMap((members) => [...members.guarded]));
  for (const name of names) {
    const [first = '', ...steps] = stepsIn(name);
    const wrapped = ABOUT_THE_ANSWER.test(first) ? [] : steps;
    const isRelation = [first, name, ...wrapped].some((part) => relations.has(keyOf(spellingOf(part).base)));
    if (isRelation || steps.some((step) => guarded.has(keyOf(step)))) return name;
  }
  return undefined;
}

/**
 * Names below which an address says what the answer shall have: `?fields[deliveries]=id` (JSON:API), `?populate[deliveries][sort]=name` (Strapi).
 * Below all others, `?data[deliveries][]=45` may be a part of the record.
 */
const ABOUT_THE_ANSWER =
  /^(?:fields?|filters?|where|include[sd]?|embed|expand|populate|select|columns|projection|with|sort|order(?:_?by)?|page|group(?:_?by)?|search|query|count|deep|load)$/i;
