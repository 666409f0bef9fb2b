import type { RawAnswer } from './raw.ts';
import { fill, learn, type Placeholders } from './vtiger-placeholders.ts';
import type { Recorded } from './vtiger-replay.ts';
import type { VtigerState } from './vtiger-state.ts';

/** An answer, the part of it that has to be the same: the status, all headers that were recorded, the whole body. */
export type Compared = {
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: string;
  /** Of a body that was cut, how long all of it was. */
  readonly length: number | undefined;
};

const PAGE = 'a page';
const HEADERS = ['content-type', 'set-cookie', 'location'];

/**
 * A recorded answer beside the stand-in's. To the letter but for this: placeholders (see there); times; a page of the user
 * interface is one, whatever it shows; of a body that was cut in the recording, what is left of it, and its length.
 */
export function compare(
  { request, response }: Recorded,
  got: RawAnswer,
  known: Placeholders,
  state: VtigerState,
): { readonly wanted: Compared; readonly got: Compared } {
  const asked = JSON.stringify(request);
  const recorded = HEADERS.map((name) => headerIn(response.headers, name));
  const given = HEADERS.map((name) => got.headers[name] ?? '');
  for (const [index, value] of recorded.entries()) learn(value, given[index] ?? '', known, asked);
  const [kept = '', cut = ''] = response.body.split('…[cut, ');
  const body = cut === '' ? got.body : got.body.slice(0, kept.length);
  learn(kept, body, known, asked);
  const token = /csrfMagicToken = "([^"]+)"/.exec(got.body)?.[1];
  if (token !== undefined) known.set('CSRF', token);
  // The answer to a body that PHP found too long was recorded without its head.
  const hasHead = response.headers.length > 0;
  const own = (text: string) => plain(fill(text, known, state));
  const isWhole = cut === '' || plain(kept) === PAGE;
  return {
    wanted: {
      status: response.status,
      headers: hasHead ? recorded.map(own) : [],
      body: own(kept),
      length: isWhole ? undefined : Number.parseInt(cut, 10),
    },
    got: {
      status: got.status,
      headers: hasHead ? given.map(plain) : [],
      body: plain(body),
      length: isWhole ? undefined : got.body.length,
    },
  };
}

function headerIn(headers: Recorded['response']['headers'], wanted: string): string {
  return headers.find(([name]) => name.toLowerCase() === wanted)?.[1] ?? '';
}

function plain(text: string): string {
  if (/^\s*<!doctype html>/i.test(text)) return PAGE;
  return text
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, '{{TIME}}')
    .replace(/("(?:server|expire)Time":)\d+/g, '$1{{TIME}}');
}
