/** Keys of the configuration: names, and no value of a record. */
export type Keys = { readonly [key: string]: string | boolean | Keys };

/** How something that a request writes to may be declared: the keys that a module of that name gets. */
export type Declared = {
  readonly module: string;
  readonly keys: Keys;
  /** Where only the operator knows whether it is right: what has to hold, as the end of a sentence. */
  readonly onlyWhere?: string;
};

/** Lines to paste below `modules`: one for each module, and what is not sure as a comment. */
export function declaredLines(all: readonly Declared[]): readonly string[] {
  const sure = merged(all.filter(({ onlyWhere }) => onlyWhere === undefined));
  const doubtful = [...Map.groupBy(all, ({ onlyWhere }) => onlyWhere)].flatMap(([where, some]) =>
    where === undefined ? [] : [...merged(some)].map(([name, keys]) => ({ where, name, keys })),
  );
  const open = doubtful.filter(({ name, keys }) => !covers(sure.get(name), keys));
  return [
    ...[...sure].map(([name, keys]) => `  ${textOf(name)}: ${written(keys)}`),
    ...open.map(({ where, name, keys }) => `  # ${textOf(name)}: ${written(keys)}   # only where ${where}`),
  ];
}

function merged(all: readonly Declared[]): ReadonlyMap<string, Keys> {
  const found = new Map<string, Keys>();
  for (const { module: name, keys } of all) found.set(name, together(found.get(name) ?? {}, keys));
  return found;
}

function together(one: Keys, two: Keys): Keys {
  const both: Record<string, Keys[string]> = { ...one };
  for (const [key, value] of Object.entries(two)) {
    const there = both[key];
    both[key] = typeof there === 'object' && typeof value === 'object' ? together(there, value) : value;
  }
  return both;
}

function covers(keys: Keys | undefined, wanted: Keys): boolean {
  if (keys === undefined) return false;
  return Object.entries(wanted).every(([key, value]) => {
    const there = keys[key];
    return typeof value === 'object'
      ? typeof there === 'object' && covers(there, value)
      : there !== undefined;
  });
}

function written(value: Keys[string]): string {
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return textOf(value);
  return `{ ${Object.entries(value)
    .map(([key, member]) => `${textOf(key)}: ${written(member)}`)
    .join(', ')} }`;
}

/** What YAML takes for a text without quotes, and for nothing else. */
function textOf(text: string): string {
  const isPlain = /^[A-Za-z_/][\w./-]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text);
  return isPlain ? text : JSON.stringify(text);
}
