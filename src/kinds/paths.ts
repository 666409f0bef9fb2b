import * as z from 'zod';
import { openingOf } from '../core/saving/opening.ts';
import { CONTROL_PREFIX } from '../core/saving/route.ts';

const SEGMENT = "(?!\\.{1,2}(?:/|$))[A-Za-z0-9_~!$&'()+,=:@.-]+(?<!\\.)";

/** The path of a module's collection: plain segments, nothing that another reader could spell differently. */
export const collectionPath = z
  .string()
  .regex(new RegExp(`^(?:/${SEGMENT})+$`), {
    error:
      'must be a path such as /api/Contacts: no slash at its end, no query, no percent-encoding, no wildcard',
  })
  .refine((path) => !isWithin(path, CONTROL_PREFIX), { error: `${CONTROL_PREFIX} is countersign's own` });

/** A pattern of paths: plain segments, `*` for any one segment, `**` at the end for any rest. */
export const pathPattern = z
  .string()
  .regex(new RegExp(`^(?=/)(?:/|(?:/(?:\\*(?=/|$)|${SEGMENT}))*(?:/\\*\\*)?)$`), {
    error: 'must be a path whose segments are plain, or *, with ** at the end only, such as /api/Contacts/**',
  })
  .refine((path) => !isWithin(path, CONTROL_PREFIX), { error: `${CONTROL_PREFIX} is countersign's own` });

/** A pattern of paths, which may begin with the one method that it is about: `SEARCH /items/*`. */
export const opening = z.string().superRefine((text, context) => {
  const parsed = pathPattern.safeParse(openingOf(text).pattern);
  for (const { message } of parsed.error?.issues ?? []) context.addIssue({ code: 'custom', message });
});

/** Whether the path is the other, or below it, whatever the case. */
export function isWithin(path: string, other: string): boolean {
  return `${path.toLowerCase()}/`.startsWith(`${other.toLowerCase()}/`);
}

/**
 * Whether the pattern lets through a request to the collection or to one of its records, whatever the case. Below a path that
 * several modules share, a segment that is written out names one place, which the dialect looks at; a wildcard names all.
 */
export function coversModule(pattern: string, path: string, isShared: boolean): boolean {
  const collection = segmentsOf(path);
  const wanted = segmentsOf(pattern);
  return matches(wanted, collection) || matches(wanted, [...collection, isShared ? PLACE : ANY]);
}

/** Stands for an id, which may be any segment. */
const ANY = '*';
/** Stands for a segment that no pattern writes out. */
const PLACE = '';

function matches(pattern: readonly string[], path: readonly string[]): boolean {
  const open = pattern.at(-1) === '**';
  const fixed = open ? pattern.slice(0, -1) : pattern;
  if (open ? path.length < fixed.length : path.length !== fixed.length) return false;
  return fixed.every((segment, index) => segment === '*' || path[index] === ANY || segment === path[index]);
}

function segmentsOf(path: string): readonly string[] {
  return path
    .toLowerCase()
    .split('/')
    .filter((segment) => segment !== '');
}
