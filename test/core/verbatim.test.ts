import { describe, expect, it } from 'vitest';
import type { Body } from '../../src/core/wire/body.ts';
import { readForm } from '../../src/core/wire/read-form.ts';
import { readJson } from '../../src/core/wire/read-json.ts';
import { verbatimFault } from '../../src/core/wire/verbatim.ts';

function jsonFault(text: string): string | undefined {
  const bytes = Buffer.from(text);
  const reading = readJson(bytes);
  if (!reading.ok) throw new Error(reading.fault.message);
  return verbatimFault({ kind: 'json', value: reading.value }, bytes);
}

function formFault(text: string): string | undefined {
  const bytes = Buffer.from(text, 'latin1');
  const reading = readForm(bytes);
  if (!reading.ok) throw new Error(reading.message);
  return verbatimFault({ kind: 'form', entries: reading.entries }, bytes);
}

describe('a body may be sent in its own bytes where they say the same to every reader', () => {
  it.each(['{ "a" : 1.10,\n "b":"ü" }', '{"a":"\\u00fc\\n\\u2028"}', '[]'])('JSON %j', (text) => {
    expect(jsonFault(text)).toBeUndefined();
  });

  it.each(['a=1&b=J%FCrgen', 'a+b=c%20d'])('a form %j', (text) => {
    expect(formFault(text)).toBeUndefined();
  });
});

describe('and may not elsewhere', () => {
  it.each([
    ['{"\\u0073tatus":"x"}', 'escapes'],
    ['{"a":"\\u007B"}', 'escapes'],
    ['\uFEFF{}', 'byte order mark'],
    ['{"a":[{"OTPRULES_OTP_7":"1"}]}', 'code'],
  ])('JSON %j', (text, fault) => {
    expect(jsonFault(text)).toContain(fault);
  });

  it.each(['a=1;b=2', 'a=%zz', 'a= b', 'a=1&&b=2', 'a=1&'])('a form %j', (text) => {
    expect(formFault(text)).toContain('not encoded plainly');
  });

  it('a multipart form', () => {
    const body: Body = { kind: 'multipart', entries: [] };
    expect(verbatimFault(body, Buffer.alloc(0))).toContain('multipart');
  });
});
