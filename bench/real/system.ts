/** A real server with one record whose rule asks for a code, and its own client. */
export type System = {
  readonly url: string;
  /** What stands in the place of secrets and ids that the configuration cannot know: `{{name}}` in the example's file. */
  readonly names?: Readonly<Record<string, string>>;
  /** The client unchanged, towards an address. */
  client(url: string): Promise<Client>;
  /** What the server has stored of the guarded record and of its owner, asked directly. */
  stored(): Promise<Stored>;
  /** Puts both back. */
  reset(): Promise<void>;
  stop(): Promise<void>;
};

export type Stored = { readonly status: unknown; readonly owner: unknown; readonly email: unknown };

export type Step = readonly [name: string, act: () => Promise<unknown>];

export type Client = {
  /** All that it can do and no rule is about: each has to work. */
  readonly works: readonly Step[];
  /** The guarded save; what it is refused with is thrown. */
  save(code?: string): Promise<unknown>;
  /** Other ways in which it makes that save, by their names: each has the whole story. */
  readonly saves?: readonly (readonly [name: string, save: Client['save']])[];
  /** Every other way to the same: without a code none may change what is stored. */
  readonly doors: readonly Step[];
};

/** One line of what was seen. `story`: the refusal, the code, the save. */
export type Row = {
  readonly part: 'works' | 'story' | 'door';
  readonly what: string;
  readonly ok: boolean;
  readonly note: string;
};

/** Sends JSON and gives what came back; anything but a success is thrown, as clients do. */
export async function call(
  url: string,
  method: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const isText = typeof body === 'string';
  const answer = await fetch(url, {
    method,
    headers: { ...(body !== undefined && !isText && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: isText ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok)
    throw new Error(`${answer.status} ${answer.headers.get('otprules-result') ?? ''} ${text.slice(0, 200)}`);
  return text === '' ? undefined : (JSON.parse(text) as unknown);
}
