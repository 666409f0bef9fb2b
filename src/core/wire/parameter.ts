import { remembered } from '../remembered.ts';
import type { Json } from './json.ts';

/** A code as a client sent it. */
export type PresentedCode = {
  /** The rule's id or sanitised name, in lower case. */
  readonly alias: string;
  /** The record it is for, where the place says so (`7/45=123456`). */
  readonly record?: string;
  readonly value: Json;
};

/**
 * The names under which codes travel. In a body `OTPRULES_OTP_<id|name>`, in a header `OTPRULES-OTP-<id|name>`, any case,
 * any mark between the words; in one fixed header `OTPRULES-OTP: 7=123456, 8/45=654321`, which browsers can allow by name.
 * Source: Vtiger's FAQ on OTP rules for API saves.
 */
const PREFIX = 'otprulesotp';

/** A rule's name with letters and digits only: `Test Rule 1 & Test 2 @ XYZ` becomes `TestRule1Test2XYZ`. */
export function sanitise(name: string): string {
  return name.replace(/[^A-Za-z0-9]/g, '');
}

/** Whether the name belongs to countersign's codes in any spelling that some reader might know: it never goes upstream. */
export function isParameter(name: string): boolean {
  return plainOf(name).startsWith(PREFIX);
}

/** Whether a parameter stands in the name, as in `data[OTPRULES_OTP_7]` or `data.OTPRULES_OTP_7`: then the field never goes upstream. */
export function holdsParameter(name: string): boolean {
  return plainOf(name).includes(PREFIX);
}

/** The alias of a rule in a parameter's name, or undefined where the name is none. `''` is the fixed header. */
export function aliasOf(name: string): string | undefined {
  const plain = plainOf(name);
  return plain.startsWith(PREFIX) ? plain.slice(PREFIX.length) : undefined;
}

/** Marks go first: normalising a run of them takes the square of its length. */
const plainOf = remembered((name: string): string =>
  sanitise(name.replace(/\p{M}+/gu, '').normalize('NFKC')).toLowerCase(),
);

/** The header in which the code of the rule with this alias travels. */
export function headerNameOf(alias: string): string {
  return `OTPRULES-OTP-${alias}`;
}

/** The field of a body in which it does. */
export function fieldNameOf(alias: string): string {
  return `OTPRULES_OTP_${alias}`;
}

/** The code of a body's field, where the field is one. */
export function codeOfField(name: string, value: Json): PresentedCode | undefined {
  const alias = aliasOf(name);
  return alias ? { alias, value } : undefined;
}

/** The codes of all headers. */
export function codesOfHeaders(
  headers: readonly (readonly [name: string, value: string])[],
): readonly PresentedCode[] {
  const codes: PresentedCode[] = [];
  for (const [name, value] of headers) if (isParameter(name)) codes.push(...codesOfHeader(name, value));
  return codes;
}

/** The codes of a header. A repeated header arrives joined by commas, which is no code and will be answered as malformed. */
export function codesOfHeader(name: string, value: string): readonly PresentedCode[] {
  const alias = aliasOf(name);
  if (alias === undefined) return [];
  return alias === '' ? codesOfFixedHeader(value) : [{ alias, value }];
}

function codesOfFixedHeader(value: string): readonly PresentedCode[] {
  return value.split(',').flatMap((part) => {
    const equals = part.indexOf('=');
    const [rule = '', ...rest] = part.slice(0, Math.max(0, equals)).split('/');
    const alias = sanitise(rule).toLowerCase();
    const record = rest.join('/').trim();
    return alias ? [{ alias, value: part.slice(equals + 1).trim(), ...(record ? { record } : {}) }] : [];
  });
}
