import { createHash } from 'node:crypto';
import { ACCESS_KEY, PASSWORD, type VtigerState } from './vtiger-state.ts';

/**
 * What stands for secrets in the recording: `{{SESSION}}` and others are what this installation drew when the recorded one drew
 * them; `{{MD5_TOKEN_ACCESSKEY}}` is the answer to the challenge that `{{TOKEN}}` is.
 */
export type Placeholders = Map<string, string>;

const PLACEHOLDER = /\{\{(\w+)\}\}/g;

/** What is known before the first request. */
export function placeholders(known: Readonly<Record<string, string>> = {}): Placeholders {
  const basic = Buffer.from(`admin:${ACCESS_KEY}`).toString('base64');
  return new Map(Object.entries({ HOST: 'crm.test', PASSWORD, BASIC: basic, ...known }));
}

/** A recorded text with this installation's secrets. What is not known stays as it is. */
export function fill(text: string, known: Placeholders, { users }: VtigerState): string {
  const name = /username=(\w+)/.exec(text)?.[1]?.toLowerCase();
  const accessKey = users.find((user) => user.name === name)?.accessKey ?? '';
  return text.replace(PLACEHOLDER, (whole, name: string) => {
    const token = /^MD5_(\w+)_ACCESSKEY$/.exec(name)?.[1];
    if (token === undefined) return known.get(name) ?? whole;
    return createHash('md5')
      .update((known.get(token) ?? '') + accessKey)
      .digest('hex');
  });
}

/**
 * Learns from an answer what its placeholders stand for. Those that stood in the request mean the same in the answer to it; the
 * others are drawn anew.
 */
export function learn(recorded: string, got: string, known: Placeholders, request: string): void {
  const asked = new Set([...request.matchAll(PLACEHOLDER)].map(([, name = '']) => name));
  const seen = new Set<string>();
  const pattern = recorded.split(PLACEHOLDER).map((part, index) => {
    if (index % 2 === 0) return part.replace(/[^\w\s]/g, '\\$&').replace(/\d+/g, '\\d+');
    if (seen.has(part)) return `\\k<${part}>`;
    seen.add(part);
    return `(?<${part}>[\\w:]+)`;
  });
  const found = new RegExp(`^${pattern.join('')}$`).exec(got)?.groups ?? {};
  for (const [name, value] of Object.entries(found)) if (!asked.has(name)) known.set(name, value);
}
