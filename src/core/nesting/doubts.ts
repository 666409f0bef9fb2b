import type { Doubt } from '../saving/nested.ts';

/** What was found that may not be judged. */
export type Doubts = {
  readonly unknown: Set<string>;
  readonly undeclared: Set<string>;
  readonly faults: { readonly member: string; readonly message: string }[];
};

/** Nothing is doubted yet. */
export const noDoubts = (): Doubts => ({ unknown: new Set(), undeclared: new Set(), faults: [] });

/** The first problem, with what to do about it. */
export function doubtIn({ unknown, undeclared, faults }: Doubts): Doubt | undefined {
  if (unknown.size > 0) {
    const fields = [...unknown];
    const detail = `The module does not know ${listOf(fields)}. Leave out what is not in its "knownFields", or name it there; beside the fields, in "envelopeFields".`;
    return { slug: 'unknown-field', fields, detail };
  }
  if (undeclared.size > 0) {
    const fields = [...undeclared];
    const detail = `Objects and lists may hold other records: ${listOf(fields)}. Name a column of this record in "values" of its module, records of another one in "relations".`;
    return { slug: 'undeclared-nesting', fields, detail };
  }
  const [first] = faults;
  if (!first) return undefined;
  const fields = [...new Set(faults.map(({ member }) => member))];
  return { slug: 'request-unreadable', fields, detail: `In the member "${first.member}": ${first.message}.` };
}

function listOf(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}
