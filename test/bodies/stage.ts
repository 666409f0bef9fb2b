import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { TestOptions } from '../../src/testing.ts';
import { onSaves, raw } from '../harness/answers.ts';
import type { Received } from '../harness/crm.ts';
import { openWorld, type World } from '../harness/world.ts';

/** Compressed as clients do it. */
export const CODINGS = [
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
] as const;

export const JSON_TYPE = 'application/json';
export const FORM = 'application/x-www-form-urlencoded';
export const NOTE = '/api/DeliveryNotes/45';
export const NOTES = '/api/DeliveryNotes';

/** What the client heard. */
export type Heard = {
  readonly status: number;
  readonly result: string | null;
  readonly code: string | null;
  /** What a refusal says to the person who reads it. */
  readonly detail: string;
  readonly rules: readonly { readonly record?: string; readonly result?: string }[];
};

export type Bench = World & {
  /** Sends bytes under a Content-Type; without one where it is empty. */
  send(
    type: string,
    body: string | Uint8Array | FormData,
    options?: {
      readonly method?: string;
      readonly path?: string;
      readonly headers?: Readonly<Record<string, string>>;
    },
  ): Promise<Heard>;
  /** The only save that the CRM received: its type and its bytes, a character a byte. */
  arrived(): { readonly type: string | undefined; readonly body: string };
};

type ModuleOptions = Partial<Extract<TestOptions['modules'][string], { dialect: 'rest' }>>;

const RECORDS = Object.fromEntries(
  ['45', '50', '51', '52'].map((id) => [
    id,
    { id, subject: 'Box', status: 'Created', active: '1', email: `ann${id}@example.com` },
  ]),
);

/** A gateway in front of a CRM that takes any body for a save. */
export async function openBench(
  module: ModuleOptions = {},
  options: Partial<TestOptions> = {},
): Promise<Bench> {
  const world = await openWorld(
    { modules: { DeliveryNotes: { dialect: 'rest', path: NOTES, ...module } }, ...options },
    { records: RECORDS },
  );
  world.crm.answerWith(onSaves(raw(200, { 'content-type': JSON_TYPE }, '{"ok":true}')));
  return {
    ...world,
    async send(type, body, { method = 'POST', path = NOTE, headers = {} } = {}) {
      const response = await fetch(world.url + path, {
        method,
        body:
          typeof body === 'string' ? Buffer.from(body, 'utf8') : (body as Uint8Array<ArrayBuffer> | FormData),
        headers: { ...(type === '' ? {} : { 'content-type': type }), ...headers },
      });
      const answer = (await response.json()) as Partial<Heard>;
      return {
        status: response.status,
        result: response.headers.get('otprules-result'),
        code: response.headers.get('otprules-code'),
        detail: answer.detail ?? '',
        rules: answer.rules ?? [],
      };
    },
    arrived() {
      const [save, ...others] = world.crm.saves;
      if (!save || others.length > 0) throw new Error(`the CRM received ${world.crm.saves.length} saves`);
      return { type: headerOf(save, 'content-type'), body: save.body.toString('latin1') };
    },
  };
}

export function headerOf({ headers }: Received, name: string): string | undefined {
  return headers.find(([other]) => other.toLowerCase() === name)?.[1];
}

/** A part of a multipart form: the lines of its head, and its content. */
export type Part = readonly [head: string, content: string | Uint8Array];

/** A multipart body, written by hand: `disposition` lines as they are given. */
export function multipart(...parts: readonly Part[]): { readonly type: string; readonly body: Buffer } {
  const pieces = parts.flatMap(([head, content]) => [
    Buffer.from(`--BOUNDARY\r\n${head}\r\n\r\n`),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ]);
  return {
    type: 'multipart/form-data; boundary=BOUNDARY',
    body: Buffer.concat([...pieces, Buffer.from('--BOUNDARY--\r\n')]),
  };
}

/** A field of a multipart form. */
export function field(name: string, content: string): Part {
  return [`Content-Disposition: form-data; name="${name}"`, content];
}

/** A file of a multipart form. */
export function file(name: string, filename: string, content: string | Uint8Array): Part {
  return [
    `Content-Disposition: form-data; name="${name}"; filename="${filename}"\r\nContent-Type: image/jpeg`,
    content,
  ];
}
