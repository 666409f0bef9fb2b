/** One request that a reader found in a batch. */
export type LenientCall = {
  readonly id: string | undefined;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

const LINE_END = /\r\n|[\n\r\u2028\u2029]/;

/**
 * The requests in a batch of multipart/mixed, as the most lenient reader finds them: by every line that begins with a method, wherever it
 * stands, with the text after the next empty line up to the next that begins with dashes. SAP CAP looks for lines much like this.
 */
export function lenientCallsIn(text: string): readonly LenientCall[] {
  const lines = text.split(LINE_END);
  const calls: LenientCall[] = [];
  let id: string | undefined;
  for (const [index, line] of lines.entries()) {
    id = /^content-id:\s*(.*)$/i.exec(line)?.[1] ?? (line.startsWith('--') ? undefined : id);
    const [, method, url] = /^\s*(GET|POST|PUT|PATCH|MERGE|DELETE)\s+(\S+)/i.exec(line) ?? [];
    if (method === undefined || url === undefined) continue;
    const rest = lines.slice(index + 1);
    const blank = rest.indexOf('');
    const end = rest.findIndex((one) => one.startsWith('--'));
    const until = end < 0 ? rest.length : end;
    const head = rest.slice(0, blank < 0 ? until : Math.min(blank, until));
    const headers = Object.fromEntries(
      head.map((one) => {
        const mark = one.indexOf(':');
        return [one.slice(0, mark).toLowerCase(), one.slice(mark + 1).trim()];
      }),
    );
    const body = blank < 0 || blank >= until ? '' : rest.slice(blank + 1, until).join('');
    calls.push({ id, method: method.toUpperCase(), url, headers, body });
  }
  return calls;
}
