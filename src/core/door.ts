/** One module of the CRM, as the configuration maps it: which requests are about its records, and where their fields stand. */
export type ModuleDefinition = {
  /** The configuration's name for it, `DeliveryNotes`. */
  readonly name: string;
  readonly dialect: 'rest';
  /** The path of the collection, without a slash at its end; a record is at `{path}/{id}`. */
  readonly path: string;
  /** JSON pointer to the fields in a save's body. */
  readonly fields: string;
  /** JSON pointer to the record's fields in the answer to a read. */
  readonly record: string;
  /** The field that repeats the record's id, in saves and in answers. */
  readonly idField: string;
  /** JSON pointer to the list in a request that saves several records; undefined where there is none. */
  readonly records?: string | undefined;
  /** Whether an id has at least one digit, so that `/bulk` or `/search` is not taken for a record; `any` takes every segment. */
  readonly ids: 'numbered' | 'any';
  /** Whether a form that is JSON (`curl -d '{…}'`) is read and sent as JSON. */
  readonly assume?: 'json' | undefined;
  /** Whether the client's own bytes are sent, for CRMs that check a signature over them; codes may stand in headers only. */
  readonly verbatim: boolean;
  /** Whether a save is sent with `If-Match` and the version of the record that was judged. */
  readonly ifMatch: boolean;
};
