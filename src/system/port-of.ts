/** Every member of a port, those that may be left out named too, as undefined where they are. */
type Every<T> = { readonly [K in keyof Required<T>]: T[K] };

/** A port that stands around another one. To forget a member that may be left out is a type error: it would be lost on the way. */
export function portOf<T extends object>(members: Every<T>): T {
  return Object.fromEntries(Object.entries(members).filter(([, member]) => member !== undefined)) as T;
}
