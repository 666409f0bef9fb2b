import { pointerSteps } from '../core/wire/json.ts';

/** The JSON in a text, or in bytes, of somebody else's; undefined where there is none. */
export function jsonIn(text: string | Uint8Array = ''): unknown {
  try {
    return JSON.parse(typeof text === 'string' ? text : Buffer.from(text).toString());
  } catch {
    return undefined;
  }
}

/** A member of an object, undefined where there is no object or no such member. */
export function memberOf(value: unknown, name: string): unknown {
  const has = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
  return has ? Reflect.get(value, name) : undefined;
}

/** The entries of a member that is a list; none where it is none. */
export function entriesOf(value: unknown, name: string): readonly unknown[] {
  const list = memberOf(value, name);
  return Array.isArray(list) ? list : [];
}

/** What a JSON pointer (RFC 6901) leads to; the empty pointer is the value itself. */
export function valueAt(value: unknown, pointer: string): unknown {
  return pointerSteps(pointer).reduce(memberOf, value);
}
