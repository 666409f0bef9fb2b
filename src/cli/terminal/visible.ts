/** The text with all that a terminal would obey, or hide, written out (`\u{1b}`): whoever made it may have put anything into it. */
export function visible(text: string): string {
  return text.replace(/[\p{C}\u2028\u2029]/gu, (symbol) => `\\u{${symbol.codePointAt(0)?.toString(16)}}`);
}

/** The value as JSON for programs, in which a terminal obeys nothing either: what JSON itself leaves as it is, is escaped as JSON has it. */
export function visibleJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(/(?!\n)[\p{C}\u2028\u2029]/gu, (symbol) =>
    symbol.replace(/./gs, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
}
