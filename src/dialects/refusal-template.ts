import type { Problem } from '../core/verdict/problem.ts';
import type { Envelope } from './dialect.ts';
import { errorCodeOfSlug, problemEnvelope } from './problem-envelope.ts';

/** A form of refusals that clients of an API understand, as it is configured. */
export type RefusalTemplate = {
  readonly type: string;
  /** Undefined: that of the problem. */
  readonly status?: number | undefined;
  /** A text, or JSON whose texts are templates. */
  readonly body: unknown;
};

/** What a place may name: the members of a problem, and its slug. */
export const REFUSAL_PLACES = [
  ...['slug', 'code', 'title', 'detail', 'status', 'type'],
  ...['rules', 'fields', 'retry_after'],
] as const;

const PLACE = /\{\{\s*([\w]+)\s*\}\}/g;
const ALONE = /^\{\{\s*(\w+)\s*\}\}$/;

/** The names that a template has in its places. */
export function placesIn(body: unknown): readonly string[] {
  return [...JSON.stringify(body ?? null).matchAll(PLACE)].map(([, name = '']) => name);
}

/** Refuses in that form. A text that is one place alone becomes what it names, a list or a number; where that is missing, its member is left out. */
export function templateEnvelope({ type, status, body }: RefusalTemplate): (problem: Problem) => Envelope {
  return (problem) => {
    const plain = problemEnvelope(problem);
    const members: Readonly<Record<string, unknown>> = {
      ...(JSON.parse(plain.body) as object),
      slug: problem.slug,
      code: errorCodeOfSlug(problem.slug),
    };
    const filled = fill(body, members);
    return {
      status: status ?? plain.status,
      contentType: type,
      body: typeof body === 'string' ? String(filled ?? '') : JSON.stringify(filled),
    };
  };
}

function fill(template: unknown, members: Readonly<Record<string, unknown>>): unknown {
  if (typeof template === 'string') {
    const [, alone] = ALONE.exec(template) ?? [];
    return alone === undefined
      ? template.replace(PLACE, (_, name: string) => textOf(members[name]))
      : members[alone];
  }
  if (Array.isArray(template))
    return template.map((item) => fill(item, members)).filter((item) => item !== undefined);
  if (typeof template !== 'object' || template === null) return template;
  return Object.fromEntries(Object.entries(template).map(([name, member]) => [name, fill(member, members)]));
}

function textOf(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
