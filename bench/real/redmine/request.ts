export const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
export const JSON_TYPE = { 'content-type': 'application/json' };
export const MULTIPART = { 'content-type': 'multipart/form-data; boundary=x' };
export const CLOSED = { issue: { status_id: 5 } };
export const ISSUE = '/issues/1.json';
export const PROJECT = '/projects/1.json';

/** A request that could tell Redmine the same. */
export type Row = readonly [
  name: string,
  method: string,
  path: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
];

export type Ask = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<unknown>;

/** The body of a form with parts. */
export const multipart = (...parts: string[]) =>
  `${parts.map((part) => `--x\r\nContent-Disposition: form-data; ${part}\r\n`).join('')}--x--\r\n`;
