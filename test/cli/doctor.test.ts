import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { runProgram } from '../../src/cli/program.ts';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { deliveryRule, gatewayOptions, SECRET } from '../harness/delivery.ts';
import { freePort } from '../harness/free-port.ts';
import { openCrm, openFolder } from '../harness/world.ts';

const RECORD = ['--record', 'DeliveryNotes/45', '--header', 'Authorization: Bearer rep'];

/** What the doctor says of a configuration in a folder of its own, and of how it ends. */
async function examined(url: string, changes: object = {}, words: readonly string[] = RECORD) {
  const folder = openFolder();
  const file = join(folder, 'countersign.yaml');
  const channels = { email: { kind: 'outbox', folder: './outbox' } };
  const options = { ...gatewayOptions(url), channels, ...changes, secret: { env: 'DOCTOR_SECRET' } };
  writeFileSync(file, stringify(options));
  vi.stubEnv('DOCTOR_SECRET', SECRET);
  const said: string[] = [];
  const hear = (text: unknown) => said.push(String(text)) > 0;
  const spies = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation(hear),
  );
  try {
    const code = await runProgram(['doctor', '-c', file, ...words]);
    return { code, text: said.join(''), folder };
  } finally {
    for (const spy of spies) spy.mockRestore();
    vi.unstubAllEnvs();
  }
}

type Address = ConfigInput['rules'][number]['send']['to'][number]['address'];
const sendTo = (address: Address, channel = 'email') => ({ send: { to: [{ channel, address }] } });

describe('doctor', () => {
  test('says of what holds that it does, one line each, and ends with 0', async () => {
    const crm = await openCrm({ auth: true });
    const { code, text } = await examined(crm.url);
    expect(text.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^ok {4}the CRM answers at http:\/\/127\.0\.0\.1:\d+ \(\d+\)$/),
      'ok    the store answers (memory)',
      'note  the channel email (outbox) has no server to reach',
      'ok    DeliveryNotes/45 can be read: 4 fields',
      'ok    rule 7: the record has status, email',
      'ok    rule 7: email is an address for the channel email',
    ]);
    expect(code).toBe(0);
    expect(crm.saves).toEqual([]);
  });

  test('finds a typo in the field of an address, and one in what a rule reads', async () => {
    const crm = await openCrm();
    const rules = [deliveryRule({ when: { changed_to: ['stauts', 'Delivered'] }, ...sendTo('emial') })];
    const { code, text } = await examined(crm.url, { rules });
    expect(text).toContain('fault rule 7: the record has no field "emial" (did you mean "email"?)');
    expect(text).toContain('fault rule 7: the record has no field "stauts" (did you mean "status"?)');
    expect(code).toBe(4);
  });

  test('says where a field stands that is below another member', async () => {
    const meta = { delivery_status: 'Open', email: 'ann@example.com' };
    const crm = await openCrm({ records: { '45': { id: '45', title: 'Box', meta } } });
    const when = { changed_to: ['delivery_status', 'Delivered'] as [string, string] };
    const rules = [deliveryRule({ when, ...sendTo('email') })];
    const { code, text } = await examined(crm.url, { rules });
    expect(text).toContain(
      'the record has no field "delivery_status"; "meta" has one: let "fields" and "record" of its module lead there, to /meta',
    );
    expect(code).toBe(4);
    const modules = {
      DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes', fields: '/meta', record: '/meta' },
    };
    expect((await examined(crm.url, { rules, modules })).code).toBe(0);
  });

  test('finds a pointer that leads nowhere', async () => {
    const crm = await openCrm();
    const modules = { DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes', record: '/data' } };
    const { code, text } = await examined(crm.url, { modules });
    expect(text).toContain(
      'fault DeliveryNotes/45 cannot be read: the answer has no record where the module says',
    );
    expect(code).toBe(4);
  });

  test('says of an id in the place of an address how a reference is written', async () => {
    const crm = await openCrm({ records: { '45': { id: '45', status: 'Open', contact: 9 } } });
    const to = [{ channel: 'email', address: 'contact' }];
    const { code, text } = await examined(crm.url, { rules: [deliveryRule({ send: { to } })] });
    expect(text).toContain('write address: { via: contact, module: …, field: … }');
    expect(code).toBe(4);
  });

  test('finds an address that is none for its channel, and says of an empty one that no code goes there', async () => {
    const stored = { id: '45', status: 'Open', email: 'ann@example.com, eve@example.com', phone: '' };
    const crm = await openCrm({ records: { '45': stored } });
    const to = [
      { channel: 'email', address: 'email' },
      { channel: 'email', address: 'phone' },
    ];
    const { code, text } = await examined(crm.url, { rules: [deliveryRule({ send: { to } })] });
    expect(text).toContain('fault rule 7: email is no clean address for the channel email (email)');
    expect(text).toContain('note  rule 7: phone is empty here, so no code goes there');
    expect(text).not.toContain('ann@example.com');
    expect(code).toBe(4);
  });

  test('follows a reference to the record that holds the address', async () => {
    const crm = await openCrm({
      records: { '45': { id: '45', status: 'Open', customer: '9' }, '9': { id: '9', mial: 'a@b.test' } },
    });
    const modules = {
      DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes' },
      Customers: { dialect: 'rest', path: '/api/Customers' },
    };
    const address = { via: 'customer', module: 'Customers', field: 'mail', reverse: 'none' } as const;
    const lost = await examined(crm.url, { modules, rules: [deliveryRule(sendTo(address))] });
    expect(lost.text).toContain('fault rule 7: Customers has no field "mail"');
    expect(lost.code).toBe(4);
  });

  test('finds a record that is not shown to these credentials, and one that is not there', async () => {
    const crm = await openCrm({ auth: true });
    const hidden = await examined(crm.url, {}, ['--record', 'DeliveryNotes/45']);
    expect(hidden.text).toContain('is not shown to these credentials (the CRM answered 401)');
    const gone = await examined(crm.url, {}, [
      '--record',
      'DeliveryNotes/46',
      '--header',
      'Authorization: Bearer rep',
    ]);
    expect(gone.text).toContain('(the CRM answered 404)');
    expect([hidden.code, gone.code]).toEqual([4, 4]);
  });

  test('says of a header that goes with no read how it does', async () => {
    const crm = await openCrm({ auth: true });
    const { text } = await examined(crm.url, {}, [
      '--record',
      'DeliveryNotes/45',
      '--header',
      'X-Api-Key: rep',
    ]);
    expect(text).toContain('It was not asked with X-Api-Key: list that in "credentialHeaders" of the module');
  });

  test('says of a field that the record shows as an object how it is found', async () => {
    const crm = await openCrm({
      records: { '45': { id: '45', status: { id: 1 }, email: 'ann@example.com' } },
    });
    const rules = [deliveryRule({ when: { changed_to: ['status_id', 5] } })];
    const { text } = await examined(crm.url, { rules });
    expect(text).toContain('read: { fields: { status_id: /status/id } }');
  });

  test('finds a CRM, a channel and a store that are not there', async () => {
    const port = await freePort();
    const channels = { email: { kind: 'smtp', host: '127.0.0.1', port, from: 'a@b.test' } };
    const store = { kind: 'sqlite', path: './countersign.yaml' };
    const { code, text } = await examined(`http://127.0.0.1:${port}`, { channels, store }, []);
    expect(text).toContain(`fault the CRM at http://127.0.0.1:${port} gives no answer`);
    expect(text).toContain('fault the store (sqlite) cannot be used: ');
    expect(text).toContain(`fault the channel email does not reach 127.0.0.1:${port}`);
    expect(text).toContain('note  no record was looked at');
    expect(code).toBe(4);
  });

  test('asks each of several CRMs, and finds the one that is not there', async () => {
    const crm = await openCrm();
    const port = await freePort();
    const upstreams = { sales: { url: crm.url }, billing: { url: `http://127.0.0.1:${port}` } };
    const { code, text } = await examined(crm.url, { upstream: 'sales', upstreams }, []);
    expect(text).toContain(`ok    the CRM answers at ${crm.url}`);
    expect(text).toContain(`fault the CRM billing at http://127.0.0.1:${port} gives no answer`);
    expect(code).toBe(4);
  });

  test('reaches the server of a webhook without sending anything', async () => {
    const crm = await openCrm();
    let bytes = 0;
    const server = createServer((socket) => void socket.on('data', (piece) => (bytes += piece.length)));
    const port = await freePort();
    server.listen(port, '127.0.0.1');
    onTestFinished(() => void server.close());
    const secret = { env: 'DOCTOR_HOOK' };
    vi.stubEnv('DOCTOR_HOOK', `whsec_${'A'.repeat(32)}`);
    const channels = {
      hook: { kind: 'webhook', url: `http://127.0.0.1:${port}/codes`, secret, address: 'email' },
    };
    const { text } = await examined(crm.url, { channels, rules: [deliveryRule(sendTo('email', 'hook'))] });
    expect(text).toContain(`ok    the channel hook reaches 127.0.0.1:${port}`);
    expect(bytes).toBe(0);
  });

  test('sends one test message where it is asked to, and shows the address masked', async () => {
    const crm = await openCrm();
    const { code, text } = await examined(crm.url, {}, ['--send-to', 'email:me@example.com']);
    expect(text).toContain('by email was accepted');
    expect(text).not.toContain('me@example.com');
    expect(code).toBe(0);
    const refused = await examined(crm.url, {}, ['--send-to', 'email:nobody']);
    expect([refused.code, refused.text]).toEqual([
      4,
      expect.stringContaining('takes no such address (email)'),
    ]);
  });

  test('ends with 3 where the file is wrong, and with 2 where the command line is', async () => {
    const crm = await openCrm();
    expect((await examined(crm.url, { store: { kind: 'memroy' } })).code).toBe(3);
    const wrong: readonly (readonly [readonly string[], string])[] = [
      [['--record', 'DeliveryNotes'], '--record must be MODULE/ID'],
      [['--record', 'DeliveryNote/45'], 'there is no module "DeliveryNote" (did you mean "DeliveryNotes"?)'],
      [['--header', 'Bearer'], '--header must be'],
      [['--send-to', 'email'], '--send-to must be CHANNEL:ADDRESS'],
      [['--send-to', 'mail:a@b.test'], 'there is no channel "mail"'],
    ];
    for (const [words, said] of wrong) {
      const { code, text } = await examined(crm.url, {}, words);
      expect([code, text]).toEqual([2, expect.stringContaining(said)]);
    }
  });
});
