import { createHash } from 'node:crypto';
import { isList, isObject, type Json, textOf } from '../../core/wire/json.ts';
import { type Escapes, writeJson } from '../../core/wire/write-json.ts';

/** A batch that was read from multipart/mixed, in the one way in which it is sent: its boundary, and its text, which is ASCII. */
export type MixedText = { readonly boundary: string; readonly text: string };

/**
 * Writes `{"requests": […]}` as multipart/mixed. Every document stands on one line of ASCII, so that no reader which looks for lines, such as
 * those that begin with `--` or with a method, finds one in it; boundaries come from a digest, which nobody can put into a value of it.
 */
export function writeMixed(value: Json, escapes: Escapes | undefined): MixedText {
  const requests = isObject(value) ? value.get('requests') : undefined;
  const calls = isList(requests) ? requests : [];
  const digest = createHash('sha256').update(writeJson(value)).digest('hex').slice(0, 32);
  const boundary = `batch_${digest}`;
  let text = '';
  let open: string | undefined;
  let sets = 0;
  const close = () => (open === undefined ? '' : `--changeset_${digest}_${sets}--\r\n`);
  for (const call of calls) {
    const group = textOf(memberOf(call, 'atomicityGroup'));
    if (group !== open || group === undefined) {
      text += `${close()}--${boundary}\r\n`;
      open = group;
      if (group !== undefined) {
        sets++;
        text += `Content-Type: multipart/mixed; boundary=changeset_${digest}_${sets}\r\n\r\n`;
      }
    }
    if (group !== undefined) text += `--changeset_${digest}_${sets}\r\n`;
    text += writeCall(call, escapes);
  }
  return { boundary, text: `${text}${close()}--${boundary}--\r\n` };
}

function writeCall(call: Json, escapes: Escapes | undefined): string {
  const id = textOf(memberOf(call, 'id'));
  const headers = memberOf(call, 'headers');
  const body = memberOf(call, 'body');
  const written = body === undefined ? '' : asciiOf(writeJson(body, escapes));
  const lines = [
    'Content-Type: application/http',
    'Content-Transfer-Encoding: binary',
    ...(id === undefined ? [] : [`Content-ID: ${id}`]),
    '',
    `${textOf(memberOf(call, 'method'))} ${textOf(memberOf(call, 'url'))} HTTP/1.1`,
    ...(isObject(headers) ? [...headers].map(([name, value]) => `${name}: ${textOf(value)}`) : []),
    ...(body === undefined ? [] : [`Content-Length: ${written.length}`]),
    '',
    written,
    '',
  ];
  return lines.join('\r\n');
}

/** Some readers take U+2028 for the end of a line. */
function asciiOf(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function memberOf(value: Json, name: string): Json | undefined {
  return isObject(value) ? value.get(name) : undefined;
}
