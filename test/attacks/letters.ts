import { vi } from 'vitest';

/** How many letters the functions that look at each of them are given, and how long the longest text to normalise is. */
export function countLetters() {
  const counted = { letters: 0, normalised: 0 };
  const methods = [
    'normalize',
    'replace',
    'replaceAll',
    'matchAll',
    'match',
    'split',
    'toLowerCase',
    'search',
  ] as const;
  for (const method of methods) {
    const original = String.prototype[method] as (...given: unknown[]) => unknown;
    vi.spyOn(String.prototype, method).mockImplementation(function (this: string, ...given: unknown[]) {
      counted.letters += this.length;
      if (method === 'normalize') counted.normalised = Math.max(counted.normalised, this.length);
      return Reflect.apply(original, this, given) as never;
    });
  }
  const { test: tested } = RegExp.prototype;
  vi.spyOn(RegExp.prototype, 'test').mockImplementation(function (this: RegExp, text: string) {
    if (!this.sticky) counted.letters += text.length;
    return Reflect.apply(tested, this, [text]);
  });
  return { counted, stop: () => vi.restoreAllMocks() };
}
