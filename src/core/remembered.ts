/** A text that is longer than this is not met again. */
const LONGEST = 100;
/** Nobody can fill the memory with texts of his own. */
const MOST = 1000;

/** The same pure function of a text, with what it gave for the texts that it met lately. */
export function remembered<T>(compute: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const earlier = known.get(text);
    if (earlier !== undefined) return earlier;
    const computed = compute(text);
    if (known.size >= MOST) known.clear();
    if (text.length <= LONGEST) known.set(text, computed);
    return computed;
  };
}
