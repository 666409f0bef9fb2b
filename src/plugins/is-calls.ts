/** Whether a dialect gave what the calls of a batch are, or that there are none. One whose path or body is missing would be judged as another. */
export function isCalls(answer: unknown): boolean {
  if (answer === undefined) return true;
  if (!isObject(answer)) return false;
  const { kind, calls, codes, detail } = answer;
  if (kind === 'unreadable') return typeof detail === 'string';
  return kind === 'calls' && Array.isArray(codes) && Array.isArray(calls) && calls.every(isCall);
}

function isCall(call: unknown): boolean {
  if (!isObject(call)) return false;
  const { kind, method, path, headers, body, detail } = call;
  if (kind === 'unreadable') return typeof detail === 'string';
  const isNamed = typeof method === 'string' && typeof path === 'string';
  return kind === 'call' && isNamed && Array.isArray(headers) && body !== undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
