/** What of a save, beside its address, may choose another record or version: names in its query, and headers. */
export type SteeredBy = {
  readonly query: readonly string[];
  readonly headers: readonly string[];
  /** Whether the CRM was seen to choose by them: a read that has them shows other values. */
  readonly differs: boolean;
};

/** The names, in quotes, for who has to leave them out. */
export function quotedNames({ query, headers }: SteeredBy): string {
  return [...query, ...headers].map((name) => `"${name}"`).join(', ');
}

/** A save of the module that would be refused, or asked about, because nobody knows what is chosen so. */
export type Steered = SteeredBy & { readonly module: string };

/** The same for a log: names that are such, and no text of a client's. */
export function steeredIn(name: string, { query, headers, differs }: SteeredBy): Steered {
  const isName = (text: string) => /^[\w$.:[\]-]{1,60}$/.test(text);
  return { module: name, query: query.filter(isName), headers: headers.filter(isName), differs };
}
