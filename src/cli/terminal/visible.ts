/** The text with all that a terminal would obey, or hide, written out (`\u{1b}`): whoever made it may have put anything into it. */
export function visible(text: string): string {
  return text.replace(/[\p{C}\u2028\u2029]/gu, (symbol) => `\\u{${symbol.codePointAt(0)?.toString(16)}}`);
}
