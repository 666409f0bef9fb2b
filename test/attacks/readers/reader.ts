/** A request as a CRM gets it. */
export type Forwarded = {
  readonly method: string;
  /** Without its query. */
  readonly path: string;
  /** Without its `?`. */
  readonly query: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
};

/** What one kind of server could take for the record's `status`: every value it might store. Lenient on purpose. */
export type Reader = (request: Forwarded) => readonly unknown[];

/** The first value of a header, in any case. */
export function headerOf({ headers }: Forwarded, name: string): string {
  return headers.find(([other]) => other.toLowerCase() === name)?.[1] ?? '';
}

/** Whether a name is the field's to a reader: PHP knows case, .NET does not, and handlers trim. */
export type IsStatus = (name: string) => boolean;

export const exactly: IsStatus = (name) => name === 'status';
export const trimmed: IsStatus = (name) => /^[\s\0]*status[\s\0]*$/.test(name);
export const anyCase: IsStatus = (name) => name.trim().toLowerCase() === 'status';

/**
 * The values of the field in a document: at its top whatever they are, deeper (in wrapped saves and lists) texts only,
 * since an order's lines have numbers for a `status` of their own.
 */
export function statusesIn(document: unknown, isStatus: IsStatus): readonly unknown[] {
  const found: unknown[] = [];
  const search = (value: unknown, depth: number): void => {
    if (typeof value !== 'object' || value === null || depth > 100) return;
    const { name: key, value: paired } = Object.fromEntries(membersOf(value));
    if (depth > 0 && typeof key === 'string' && isStatus(key))
      found.push(...scalarsIn(paired).filter(isWord));
    for (const [name, member] of membersOf(value)) {
      if (!Array.isArray(value) && isLast(name, isStatus)) {
        const values = scalarsIn(member);
        found.push(...(depth === 0 ? values : values.filter(isWord)));
      } else search(member, depth + 1);
    }
  };
  search(document, 0);
  return found;
}

/** `fields.status` and `data[status]` are paths to binders that make trees of names. */
function isLast(name: string, isStatus: IsStatus): boolean {
  return isStatus(name) || (/[.[\]]/.test(name) && name.split(/[.[\]]+/).some(isStatus));
}

function membersOf(value: object): readonly (readonly [string, unknown])[] {
  return value instanceof Map ? [...value] : Object.entries(value);
}

function scalarsIn(value: unknown): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [value];
  return membersOf(value).flatMap(([, member]) => scalarsIn(member));
}

function isWord(value: unknown): boolean {
  return typeof value === 'string' && !/^\s*[\d.]+\s*$/.test(value);
}

/** Bytes as text, wrong ones as U+FFFD. */
export function utf8Of(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

/** Bytes as text as sloppy decoders read them: wrong bytes are dropped, overlong forms are undone. */
export function sloppyUtf8Of(bytes: Uint8Array): string {
  const plain = Buffer.from(bytes)
    .toString('latin1')
    .replace(/([\xc0\xc1])([\x80-\xbf])/g, (_, first: string, second: string) =>
      String.fromCharCode(((first.charCodeAt(0) & 1) << 6) | (second.charCodeAt(0) & 63)),
    )
    .replace(/\xe0[\x80\x81]([\x80-\xbf])/g, (_, last: string) =>
      String.fromCharCode(64 | (last.charCodeAt(0) & 63)),
    );
  return utf8Of(Buffer.from(plain, 'latin1')).replaceAll('\uFFFD', '');
}
