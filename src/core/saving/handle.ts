/** Somebody whom a caller asked for, where nobody may learn who is there. */
export type AskedHandle = {
  /** Hash of who asked for what: hashed again with a key it names the ledger row, whether anybody was found or not. */
  readonly name: string;
  /** The id of the record; undefined where none was found. */
  readonly record: string | undefined;
};

/** What a handle says. `endsAt` is by the store's clock, in milliseconds since 1970. */
export type Handle = { readonly asked: AskedHandle; readonly endsAt: number };

/** Room for the id of a record, percent-encoded, and for the rest. */
const LENGTH = 240;
const HANDLE = /^(\d+) ([\w-]+) (?:=(\S+))? *$/;

/** The handle as text, of one length for everybody, or undefined where the id is too long for it, or no text. */
export function writeHandle({ asked: { name, record }, endsAt }: Handle): string | undefined {
  if (record?.isWellFormed() === false) return undefined;
  const text = `${endsAt} ${name} ${record === undefined ? '' : `=${encodeURIComponent(record)}`}`;
  return text.length > LENGTH ? undefined : text.padEnd(LENGTH);
}

/** What `writeHandle` wrote. */
export function readHandle(text: string): Handle | undefined {
  const [, endsAt, name, id] = HANDLE.exec(text) ?? [];
  if (endsAt === undefined || name === undefined) return undefined;
  const record = id === undefined ? undefined : decodeURIComponent(id);
  return { asked: { name, record }, endsAt: Number(endsAt) };
}
