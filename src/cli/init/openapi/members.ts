import { nameOfStep } from '../../../core/wire/json.ts';

/** An object of the document, of which nothing is known yet. */
export type PlainObject = Readonly<Record<string, unknown>>;

/** The value, where it is an object; else an object without members. */
export function membersOf(value: unknown): PlainObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as PlainObject) : {};
}

/** The list, or an empty one. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The text, where it is one. */
export function textIn(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

const MOST_STEPS = 20;

/** What a `$ref` into the same document leads to; nothing where it leads elsewhere, or in a circle. */
export function resolved(document: PlainObject, value: unknown): PlainObject {
  let here = membersOf(value);
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    const ref = textIn(here['$ref']);
    if (ref === undefined) return here;
    if (!ref.startsWith('#/')) return {};
    const names = ref
      .slice(2)
      .split('/')
      .map((name) => nameOfStep(decoded(name)));
    here = membersOf(names.reduce<unknown>((inside, name) => own(inside, name), document));
  }
  return {};
}

function own(inside: unknown, name: string): unknown {
  const members = membersOf(inside);
  return Object.hasOwn(members, name) ? members[name] : undefined;
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
