/** The JSON in bytes of somebody else's, or undefined where there is none. */
export function jsonIn(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString());
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
