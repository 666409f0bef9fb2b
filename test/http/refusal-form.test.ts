import { createDirectus, rest, updateItem } from '@directus/sdk';
import { describe, expect, it } from 'vitest';
import { compileOptions } from '../../src/config/load.ts';
import { gatewayOptions } from '../harness/delivery.ts';
import { DELIVERED, JSON_TYPE, NOTE, stage } from './stage.ts';

const FORM = {
  type: 'application/json',
  body: {
    errors: [
      {
        message: '{{detail}}',
        extensions: {
          code: '{{code}}',
          rules: '{{rules}}',
          fields: '{{fields}}',
          text: 'Rule {{slug}} {{status}}',
        },
      },
    ],
  },
};

const json = (text: string) =>
  JSON.parse(text) as { errors: [{ message: string; extensions: Record<string, unknown> }] };

describe('a refusal in a form of its own', () => {
  it.each([
    ['a save without a code', `PATCH ${NOTE}`, DELIVERED, 428, 'OTP_REQUIRED'],
    ['a write that nobody names', 'POST /api/Frobs', DELIVERED, 403, 'UNMAPPED_WRITE'],
    ['an odd path', 'PATCH /api/%44eliveryNotes/45', DELIVERED, 400, 'REQUEST_UNREADABLE'],
    ['a body that cannot be read', `PATCH ${NOTE}`, '{', 400, 'REQUEST_UNREADABLE'],
    ['a nested record', `PATCH ${NOTE}`, '{"items":[{"id":1}]}', 422, 'UNDECLARED_NESTING'],
  ])('is that of the whole: %s', async (_, line, body, status, code) => {
    const scene = await stage({ refusal: FORM });
    const answer = await scene.send(line, [JSON_TYPE], body);
    const [{ message, extensions }] = json(answer.body).errors;
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(extensions).toMatchObject({ code });
    expect(message).not.toContain('{{');
    expect('rules' in extensions).toBe(code === 'OTP_REQUIRED');
    expect('fields' in extensions).toBe(code === 'UNDECLARED_NESTING');
    expect(extensions['text']).toBe(`Rule ${code.toLowerCase().replaceAll('_', '-')} ${status}`);
  });

  it('is that of its module, with a status of its own and in plain text, and the headers tell the rest', async () => {
    const module = {
      dialect: 'rest',
      path: '/api/DeliveryNotes',
      refusal: { type: 'text/plain', status: 400, body: 'No: {{detail}}' },
    } as const;
    const scene = await stage({ refusal: FORM, modules: { DeliveryNotes: module } });
    const answer = await scene.send(`PATCH ${NOTE}`, [JSON_TYPE], DELIVERED);
    expect([answer.status, answer.body.slice(0, 4)]).toEqual([400, 'No: ']);
    expect(answer.headers['otprules-result']).toBe('otp-required');
  });

  it('is none of the control API', async () => {
    const scene = await stage({ refusal: FORM });
    const answer = await scene.send('GET /_countersign/rules/9/records/45');
    expect(JSON.parse(answer.body)).toMatchObject({ type: 'urn:countersign:problem:not-found' });
  });

  it('has no place that no problem fills', () => {
    const loaded = compileOptions(
      gatewayOptions('http://127.0.0.1:1', { refusal: { body: { a: '{{oops}}' } } }),
      {},
    );
    expect(loaded.ok ? [] : loaded.problems.map(({ path }) => path)).toEqual(['refusal.body']);
  });
});

describe('the SDK of Directus, which takes a media type that it does not know for a success', () => {
  const modules = { deliveries: { dialect: 'rest', path: '/items/deliveries', record: '/data' } } as const;
  const save = async (refusal?: typeof FORM) => {
    const scene = await stage({
      modules,
      rules: [
        {
          id: 7,
          name: 'a',
          module: 'deliveries',
          when: { changed_to: ['status', 'Delivered'] },
          send: { to: [{ channel: 'email', address: 'email' }] },
        },
      ],
      ...(refusal && { refusal }),
    });
    scene.crm.answerWith((_, response) => {
      response.setHeader('Content-Type', 'application/json');
      response.end('{"data":{"id":"45","status":"Open","email":"ann@example.com"}}');
    });
    const client = createDirectus(`http://127.0.0.1:${scene.port}`).with(rest());
    return client.request(updateItem('deliveries' as never, '45', { status: 'Delivered' } as never)).then(
      () => 'resolved',
      (error: unknown) => error,
    );
  };

  it('takes a problem for one', async () => {
    expect(await save()).toBe('resolved');
  });

  it('hears of a refusal in the form that it knows', async () => {
    expect(await save(FORM)).toMatchObject({
      errors: [
        {
          message: expect.stringContaining('code'),
          extensions: { code: 'OTP_REQUIRED', rules: [{ rule: '7' }] },
        },
      ],
    });
  });
});
