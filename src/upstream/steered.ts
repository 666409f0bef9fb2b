import { isAlready } from '../core/likeness/likeness.ts';
import { isCollection, type ModuleDefinition } from '../core/saving/module.ts';
import type { StoredRecord } from '../core/saving/save.ts';
import type { SteeredBy } from '../core/saving/steered-by.ts';
import type { Headers } from '../core/wire/headers.ts';
import { isList, isObject, isScalar, type Json, type JsonObject } from '../core/wire/json.ts';
import { readQuery } from '../core/wire/target.ts';
import { mayChoose } from '../dialects/choosing-headers.ts';
import { saysWhoAsks } from './own-read.ts';

/** What of a save, beside its address, may choose another record than the address alone does, or another version of it. */
export type Steering = {
  /** Names and values of its query, as they are written: `locale=fr`, `idProperty=ref`, `sap-client=200`. */
  readonly pairs: readonly string[];
  readonly headers: Headers;
};

/** Nothing beside its address chooses anything. */
export const UNSTEERED: Steering = { pairs: [], headers: [] };

/**
 * Whatever the save has in its query, and where the module wants it in its heads, and the read of its record does not have anyway, unless it
 * is said to be about neither a record nor a version. `path` is that of the read.
 */
export function steeringOf(
  query: string,
  headers: Headers,
  definition: ModuleDefinition,
  path: string,
): Steering {
  const { neutralQuery = [], credentialQuery = [], unknownHeaders } = definition;
  // Nearly all saves.
  if (query === '' && unknownHeaders !== 'judge') return UNSTEERED;
  const neutral = new Set(neutralQuery.map((name) => name.toLowerCase()));
  const own = new Map(readQuery(queryOf(path)).map(([name, value]) => [name.toLowerCase(), value]));
  const added = addedNames(definition);
  const isSteering = ([name, value]: readonly [string, string]) => {
    const lower = name.toLowerCase();
    if (name === '' || neutral.has(lower) || credentialQuery.includes(name) || CUTS_THE_ANSWER.test(name))
      return false;
    const base = lower.replace(/\[.*$/s, '');
    if (own.has(base) && ADDS_TO_THE_ANSWER.test(base)) return false;
    return !own.has(lower) || (added.has(lower) && own.get(lower) !== value);
  };
  const isUnknown = (header: Headers[number]) =>
    mayChoose(header, definition) && !saysWhoAsks(header[0].toLowerCase(), definition);
  return {
    // Readers differ in whether `;` ends a pair, so the read has it where the save has it.
    pairs: query
      .slice(1)
      .split('&')
      .filter((pair) => readQuery(`?${pair}`).some(isSteering)),
    headers: unknownHeaders === 'judge' ? headers.filter(isUnknown) : [],
  };
}

/** What of a save's query says who asks, by names that the module declares: it goes with every read of its records. */
export function whoAsksIn(query: string, { credentialQuery = [] }: ModuleDefinition): readonly string[] {
  if (credentialQuery.length === 0) return [];
  const isName = ([name]: readonly [string, string]) => credentialQuery.includes(name);
  return query
    .slice(1)
    .split('&')
    .filter((pair) => readQuery(`?${pair}`).some(isName));
}

/** The read's path with what steers the save: that goes before what the module adds to its reads. */
export function steeredPath(path: string, pairs: readonly string[]): string {
  if (pairs.length === 0) return path;
  const names = new Set(pairs.flatMap((pair) => readQuery(`?${pair}`).map(([name]) => name.toLowerCase())));
  const own = queryOf(path).slice(1).split('&');
  const kept = own.filter((pair) => {
    const [[name = ''] = []] = readQuery(`?${pair}`);
    return pair !== '' && !names.has(name.toLowerCase());
  });
  return `${path.replace(/\?.*$/s, '')}?${[...kept, ...pairs].join('&')}`;
}

function queryOf(path: string): string {
  const mark = path.indexOf('?');
  return mark < 0 ? '' : path.slice(mark);
}

/** What the module adds to its reads: a save that says otherwise means another version, where the rest of the read's query is the protocol's. */
function addedNames(definition: ModuleDefinition): ReadonlySet<string> {
  const query = isCollection(definition) ? definition.read?.query : undefined;
  return new Set(readQuery(`?${query ?? ''}`).map(([name]) => name.toLowerCase()));
}

/** Names by which an answer has some of the fields: a read that brings one shows nothing of the others. */
const CUTS_THE_ANSWER = /^[$_]?(?:fields?|select|projection)(?:\[|$)/i;

/** Names by which an answer has other records, too. Where the read has one, what a save asks for would leave out what the read has to show. */
const ADDS_TO_THE_ANSWER = /^[$_]?(?:populate|expand|include[sd]?|embed|with|relations?|joins?)$/;

/**
 * The record by which such a save is judged: what the CRM shows of it in the same way by its address alone (`plain`) and with what steers the
 * save. Of all else nobody knows what is stored where the save goes. `by`: the names of what steers.
 */
export function agreedOf(plain: StoredRecord, steered: StoredRecord, by: SteeredBy): StoredRecord {
  const fields = new Map<string, Json>();
  const unsure = new Set<string>();
  for (const [name, value] of plain.fields) {
    if (isShownSo(value, steered.fields.get(name))) fields.set(name, value);
    else unsure.add(name);
  }
  if (unsure.size === 0) return plain;
  // What an answer leaves out, it may have left out for being short; what it shows otherwise, it shows of another version.
  const differs = [...unsure].some((name) => steered.fields.has(name));
  const { own } = plain;
  return { fields, ...(own !== undefined && { own }), unsure: { fields: unsure, by: { ...by, differs } } };
}

/** Whether the second says all that the first does. A reference may be shown as the record to which it leads. */
function isShownSo(one: Json, other: Json | undefined): boolean {
  if (other === undefined) return false;
  if (isScalar(one)) return isAlready(one, isObject(other) ? (idIn(other) ?? other) : other);
  if (isList(one))
    return (
      isList(other) && one.length === other.length && one.every((item, at) => isShownSo(item, other[at]))
    );
  return isObject(other) && [...one].every(([name, value]) => isShownSo(value, other.get(name)));
}

function idIn(shown: JsonObject): Json | undefined {
  return ID_NAMES.map((name) => shown.get(name)).find((id) => id !== undefined);
}

const ID_NAMES = ['id', '_id', 'documentId', 'objectId', 'uuid'];
