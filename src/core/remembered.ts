/** A text that is longer than this is not met again. */
const LONGEST = 100;
/** Nobody can fill the memory with their own texts. */
const MOST = 1000;

/** The same pure function of a text, with what it gave for the texts that it met lately. */
export function remembered<T>(compute: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const earlier = known.get(text);
    if (earlier !== undefined) return earlier;
    if (text.length > LONGEST) return compute(text);
    const own = copyOf(text);
    const computed = compute(own);
    if (known.size >= MOST) known.clear();
    known.set(own, computed);
    return computed;
  };
}

/** How many texts of any length are kept, for those that are asked about many times in a row. */
const FEW = 8;

/** The same pure function of a text, with what it gave for the last few. */
export function rememberedFew<T>(compute: (text: string) => T): (text: string) => T {
  let few: readonly { readonly text: string; readonly computed: T }[] = [];
  return (text) => {
    const known = few.find((one) => one.text === text);
    if (known) return known.computed;
    const computed = compute(text);
    few = [{ text, computed }, ...few.slice(0, FEW - 1)];
    return computed;
  };
}

/**
 * The same text by itself. To V8 a part of a text is a window on the whole, so that a name of 20 characters would keep alive the
 * megabytes in which it stood; what is put together is copied before a part of it is taken.
 * https://bugs.chromium.org/p/v8/issues/detail?id=2869
 */
function copyOf(text: string): string {
  return ` ${text}`.slice(1);
}
