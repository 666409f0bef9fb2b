import { stepsIn } from '../likeness/name-steps.ts';
import { subjectOf } from '../likeness/reference.ts';
import { keyOf, type Nesting, spellingOf } from './members.ts';

/**
 * The name in the address of a write that would write through a relation: servers merge addresses into fields, so
 * `?deliveries[0][id]=45&deliveries[0][status]=…` is a nested write without a body. `modules` are those that the address may be about;
 * `places` are names below which their bodies have the record.
 */
export function nestedNameIn(
  names: Iterable<string>,
  modules: readonly string[],
  places: readonly string[],
  nesting: Nesting,
): string | undefined {
  const about = modules.flatMap((name) => nesting.get(name) ?? []);
  const relations = new Set(about.flatMap((members) => [...members.relations.keys()]));
  const own = new Set([...places, ...about.flatMap((members) => members.names)].map(subjectOf));
  const guarded = new Set([...nesting.values()].flatMap((members) => [...members.guarded]));
  for (const name of names) {
    const [first = '', ...steps] = stepsIn(name);
    const isAnswer = ABOUT_THE_ANSWER.test(first) && !own.has(subjectOf(first));
    const wrapped = isAnswer ? [] : steps;
    const isRelation = [first, name, ...wrapped].some(
      (part) => relations.has(keyOf(spellingOf(part).base)) || about.some(({ named }) => named(part).mayLink),
    );
    if (isRelation || steps.some((step) => guarded.has(keyOf(step)))) return name;
  }
  return undefined;
}

/**
 * Names below which an address says what the answer shall have: `?fields[deliveries]=id` (JSON:API), `?populate[deliveries][sort]=name` (Strapi).
 * Below all others, `?data[deliveries][]=45` may be a part of the record, and so it may below the name of the record itself: Rails has an order
 * in `params[:order]`.
 */
const ABOUT_THE_ANSWER =
  /^(?:fields?|filters?|where|include[sd]?|embed|expand|populate|select|columns|projection|with|sort|order(?:_?by)?|page|group(?:_?by)?|search|query|count|deep|load)$/i;
