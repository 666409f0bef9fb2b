import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readMail } from '../../examples/demo/mail.ts';
import { type Part, startPart } from '../../examples/demo/part.ts';

describe('the CRM of the demo', () => {
  let folder: string;
  let crm: Part<{ readonly url: string }>;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-test-'));
    crm = startPart('crm.ts', { folder, port: 0 });
  });
  afterAll(async () => {
    await crm.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function ask(method: string, path: string, body?: string, headers: Record<string, string> = {}) {
    const url = `${(await crm.places).url}/api/DeliveryNotes${path}`;
    const token = { authorization: 'Bearer ana-token' };
    return fetch(url, { method, headers: { ...token, ...headers }, ...(body && { body }) });
  }

  test.each([
    ['nobody', 'GET', '/1', undefined, { authorization: 'Bearer nobody' }, 401],
    ['the note of another rep', 'GET', '/4', undefined, {}, 403],
    ['an id that is none', 'GET', '/01', undefined, {}, 404],
    ['a note that is not there', 'DELETE', '/99', undefined, {}, 404],
    ['a field that is unknown', 'PATCH', '/1', '{"OTPRULES_OTP_7":"12345"}', {}, 422],
    ['a status that is unknown', 'PATCH', '/1', '{"status":"Lost"}', {}, 422],
    ['a PUT of less than all', 'PUT', '/1', '{"status":"Delivered"}', {}, 422],
    ['a version of yesterday', 'PATCH', '/1', '{"driver":"Eve"}', { 'if-match': '"0"' }, 412],
  ])('refuses %s', async (_what, method, path, body, headers, status) => {
    expect((await ask(method, path, body, headers as Record<string, string>)).status).toBe(status);
  });

  test('keeps numbers as they were written, and tells the version', async () => {
    const created = await ask('POST', '', '{"subject":"Lamp","weight":1.10}');
    expect(created.status).toBe(201);
    const text = await created.text();
    expect(text).toContain('"weight":1.10}');
    const path = `/${JSON.parse(text).id}`;
    expect(
      (await ask('PATCH', path, '{"driver":"Eve"}', { 'if-match': created.headers.get('etag') ?? '' }))
        .status,
    ).toBe(200);
    const read = await ask('GET', path);
    expect(read.headers.get('etag')).toBe('"2"');
    expect(await read.text()).toContain('"driver":"Eve","weight":1.10}');
    expect((await ask('DELETE', path)).status).toBe(204);
  });
});

describe('the inbox of the demo', () => {
  test('reads what mail programs make of letters that are not ASCII', () => {
    const source = [
      'From: Acme <codes@acme.test>',
      'Subject: =?UTF-8?Q?F=C3=BCr?=\r\n =?UTF-8?B?IHNpZQ==?=',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      '12345 best=C3=A4tigt =\r\nes.\r\n',
    ].join('\r\n');
    const mail = {
      to: 'a@b.test',
      from: 'Acme <codes@acme.test>',
      subject: 'Für sie',
      text: '12345 bestätigt es.',
    };
    expect(readMail(source, 'a@b.test')).toEqual(mail);
  });
});
