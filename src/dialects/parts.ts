import { fold } from '../core/likeness/fold.ts';
import { saidOf } from '../core/likeness/said.ts';
import { MAX_RECORDS } from '../core/nesting/merge.ts';
import { isTooMuch, TOO_MUCH } from '../core/saving/extent.ts';
import type { Save } from '../core/saving/save.ts';
import { type Body, treeOf, withoutCodes } from '../core/wire/body.ts';
import { isObject, type Json, type JsonObject } from '../core/wire/json.ts';
import type { PresentedCode } from '../core/wire/parameter.ts';
import { codeOfField } from '../core/wire/parameter.ts';
import type { About, Reading } from './dialect.ts';

/** The refusal of more records than are judged. */
export const TOO_MANY = unreadable(`Send 1 to ${MAX_RECORDS} records in one request.`);

/** Why so many records that share this are refused before any is looked at; undefined where they are not. */
export function extentFault(
  records: number,
  shared: Json,
): Extract<Reading, { kind: 'unreadable' }> | undefined {
  if (records > MAX_RECORDS) return TOO_MANY;
  return isTooMuch(records, shared) ? unreadable(TOO_MUCH) : undefined;
}

/** One save of a request that may hold several, with the codes that stand among its fields. */
export type Part = { readonly save: Save; readonly codes: readonly PresentedCode[] };

/** What one call saves, or why that cannot be said. */
export type PartialReading =
  | {
      readonly kind: 'found';
      readonly parts: readonly Part[];
      readonly unmapped: boolean;
      readonly about?: About;
    }
  | Extract<Reading, { kind: 'unreadable' }>;

/** It saves nothing. */
export const NOTHING: PartialReading = { kind: 'found', parts: [], unmapped: false };
/** It writes to what no module maps, and nobody knows to what. */
export const UNMAPPED: PartialReading = { kind: 'found', parts: [], unmapped: true };

/** A write to what no module maps, with how that may be declared. */
export function unmappedAbout(about: About): PartialReading {
  return { ...UNMAPPED, about };
}

/** A finding of these saves. */
export function found(...parts: readonly Part[]): PartialReading {
  return { kind: 'found', parts, unmapped: false };
}

/** Everything that the findings found, or the first that found nothing to judge. */
export function together(findings: readonly PartialReading[]): PartialReading {
  const parts: Part[] = [];
  let unmapped = false;
  let about: About | undefined;
  for (const finding of findings) {
    if (finding.kind === 'unreadable') return finding;
    parts.push(...finding.parts);
    if (parts.length > MAX_RECORDS) return TOO_MANY;
    unmapped ||= finding.unmapped;
    about = aboutBoth(about, finding.about);
  }
  return { kind: 'found', parts, unmapped, ...(about && { about }) };
}

/** Of several things only the first has its name told; how to declare them is told of all. */
function aboutBoth(one: About | undefined, two: About | undefined): About | undefined {
  if (!one || !two) return one ?? two;
  return { ...two, ...one, declared: [...(one.declared ?? []), ...(two.declared ?? [])] };
}

/** The reading of a request in which this was found; `codes` are those that stand beside the records. */
export function readingOf(
  finding: PartialReading,
  codes: readonly PresentedCode[],
  body: Body | null,
): Reading {
  if (finding.kind === 'unreadable') return finding;
  const { parts, unmapped } = finding;
  const about = finding.about && { about: finding.about };
  if (parts.length === 0) return unmapped ? { kind: 'unmapped', body, ...about } : { kind: 'harmless', body };
  const reading = savesOf(parts, codes, body);
  return reading.kind === 'saves' && unmapped ? { ...reading, alsoUnmapped: true, ...about } : reading;
}

/** The reading of a request that holds these saves: each record once, 200 at most, its codes marked as its own. */
export function savesOf(parts: readonly Part[], codes: readonly PresentedCode[], body: Body | null): Reading {
  if (parts.length === 0 || parts.length > MAX_RECORDS) return TOO_MANY;
  const seen = new Set<string>();
  for (const { save } of parts) {
    const name = `${save.module}/${save.id}`;
    if (save.id !== null && seen.has(name))
      return unreadable(`The record "${save.id}" stands in the request twice. Send it once.`);
    seen.add(name);
  }
  const marked = parts.flatMap(({ save, codes }) =>
    codes.map((code) => (save.id === null ? code : { ...code, record: save.id })),
  );
  return { kind: 'saves', saves: parts.map(({ save }) => save), codes: [...codes, ...marked], body };
}

/** A refusal of what cannot be read, with what to send instead. */
export function unreadable(detail: string, about?: About): Extract<Reading, { kind: 'unreadable' }> {
  return { kind: 'unreadable', detail, ...(about && { about }) };
}

/** A save that replaces the record empties what it leaves out: a guarded field, or one that a message shows, is set to nothing. */
export function withEmptied(save: Save, guarded: readonly string[]): Save {
  const left = guarded.filter((name) => saidOf(save, name, undefined).values.length === 0);
  const fields = new Map([...save.fields, ...left.map((name) => [name, null] as const)]);
  return { ...save, fields, replaces: true };
}

/** The codes among an object's members; elsewhere there are none. */
export function codesIn(value: Json | undefined): readonly PresentedCode[] {
  if (!isObject(value)) return [];
  const codes: PresentedCode[] = [];
  for (const [name, member] of value) {
    const code = codeOfField(name, member);
    if (code) codes.push(code);
  }
  return codes;
}

/** The same document without any code. */
export function cleanOf(value: JsonObject): JsonObject;
export function cleanOf(value: Json): Json;
export function cleanOf(value: Json): Json {
  return treeOf(withoutCodes({ kind: 'json', value }));
}

/** A member that the CRM's own readers do not know there. */
export function strangerIn(object: JsonObject, known: readonly string[]): string | undefined {
  return [...object.keys()].find((name) => !known.includes(name));
}

/** What a request's word for a module means: one of the mount's, one of them in another spelling, or none. */
export type ModuleMeant<M> =
  | { readonly kind: 'mapped'; readonly definition: M }
  | { readonly kind: 'misspelt'; readonly definition: M }
  | { readonly kind: 'unmapped' };

/** Finds a module by the CRM's name for it. What `likeness` makes equal is the same module to some reader, and is refused. */
export function moduleNamed<M extends { readonly type: string }>(
  { definitions }: { readonly definitions: readonly M[] },
  type: string,
  likeness: (type: string) => string = fold,
): ModuleMeant<M> {
  const exact = definitions.find((definition) => definition.type === type);
  if (exact) return { kind: 'mapped', definition: exact };
  const like = definitions.find((definition) => likeness(definition.type) === likeness(type));
  return like ? { kind: 'misspelt', definition: like } : { kind: 'unmapped' };
}

/** The refusal of a module's name in a spelling of its own. */
export function misspelt({ type }: { readonly type: string }): Extract<Reading, { kind: 'unreadable' }> {
  return unreadable(`Write the name of the module as the CRM does: "${type}".`);
}
