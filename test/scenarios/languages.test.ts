import { describe, expect, onTestFinished, test } from 'vitest';
import { createOutbox } from '../../src/channels/outbox/outbox.ts';
import { openInbox } from '../channels/smtp-inbox.ts';
import { STORED } from '../harness/crm.ts';
import { deliveryRule, gatewayOptions } from '../harness/delivery.ts';
import { openCrm, openGateway, openWorld } from '../harness/world.ts';

const TEXTS = {
  language: { field: 'preferred_language', default: 'en' },
  message: {
    en: '{{code}} confirms that {{record.subject}} was delivered.',
    es: '{{code}} confirma la entrega de {{record.subject}}.',
  },
  subject: { en: 'Your code', es: 'Su código' },
  changeMessage: { en: '{{code}} confirms a new address.', es: '{{code}} confirma otra dirección.' },
};
const own = [{ channel: 'email', address: 'email' }];
const rules = [deliveryRule({ send: { to: own, ...TEXTS } })];
const records = (fields: Readonly<Record<string, unknown>>) => ({
  records: { '45': { ...STORED, ...fields } },
});

describe('the customer is written to', () => {
  test.each([
    ['es', 'confirma la entrega de Two boxes.'],
    ['es-MX', 'confirma la entrega de Two boxes.'],
    ['ES_mx', 'confirma la entrega de Two boxes.'],
    ['en', 'confirms that Two boxes was delivered.'],
    ['fr', 'confirms that Two boxes was delivered.'],
    ['', 'confirms that Two boxes was delivered.'],
    [null, 'confirms that Two boxes was delivered.'],
    [['es'], 'confirms that Two boxes was delivered.'],
  ])('in the language that the stored record says, %j', async (preferred_language, said) => {
    const { gateway, rep, code } = await openWorld({ rules }, records({ preferred_language }));
    expect((await rep.deliver()).result).toBe('otp-required');
    expect(gateway.outbox.messages().map(({ text }) => text)).toEqual([`${code()} ${said}`]);
  });

  test('in that language also where the save brings another one along', async () => {
    const { gateway, rep } = await openWorld({ rules }, records({ preferred_language: 'es' }));
    await rep.deliver(undefined, { preferred_language: 'en', preferred_Language: 'en' });
    expect(gateway.outbox.messages().map(({ subject }) => subject)).toEqual(['Su código']);
  });

  test('about everything in that language, where the save changes the address too', async () => {
    const { gateway, rep, code } = await openWorld({ rules }, records({ preferred_language: 'es' }));
    await rep.deliver(undefined, { email: 'eve@evil.test' });
    expect(gateway.outbox.messages().map(({ address, text }) => [address, text])).toEqual([
      [
        'ann@example.com',
        `${code()} confirma la entrega de Two boxes.\n\n${code()} confirma otra dirección.`,
      ],
    ]);
  });

  test('in the default language where the record says none, whatever the save says', async () => {
    const { gateway, rep } = await openWorld({ rules });
    await rep.deliver(undefined, { preferred_language: 'es' });
    expect(gateway.outbox.messages().map(({ subject }) => subject)).toEqual(['Your code']);
  });
});

const CONTACT = '/api/Contacts/9';

/** A note whose customer is a contact, with an address of the note's own behind. */
async function openRelated() {
  const to = [{ channel: 'email', address: { via: 'contact', module: 'Contacts', field: 'mail' } }, ...own];
  const modules = {
    DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes' },
    Contacts: { dialect: 'rest', path: '/api/Contacts' },
  } as const;
  const crm = await openCrm(records({ contact: '9', preferred_language: 'en' }));
  const contacts = await openCrm({
    collection: '/api/Contacts',
    records: { '9': { id: '9', mail: 'ana@example.com', preferred_language: 'es' } },
  });
  crm.answerWith(async (seen, response, proceed) => {
    if (!seen.path.startsWith('/api/Contacts')) return proceed();
    const answer = await fetch(contacts.url + seen.path);
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
  });
  const rule = deliveryRule({ send: { to, ...TEXTS } });
  return { crm, modules, rule };
}

test('a customer who is another record is written to in the language of that one', async () => {
  const { crm, modules, rule } = await openRelated();
  const outbox = createOutbox({ addressKind: 'email' });
  const options = gatewayOptions(crm.url, { modules, rules: [rule] });
  const { rep } = await openGateway(options, { channels: { email: outbox } });
  await rep.deliver();
  await rep.call('PATCH', CONTACT, { mail: 'eve@evil.test', preferred_language: 'en' });
  expect(outbox.messages().map(({ address, subject, text }) => [address, subject, text.slice(7)])).toEqual([
    ['ana@example.com', 'Su código', 'confirma la entrega de Two boxes.'],
    ['ana@example.com', 'Su código', 'confirma otra dirección.'],
  ]);
});

test('a mail says in which language it is, to mail programs and to screen readers', async () => {
  const crm = await openCrm(records({ preferred_language: 'es_MX' }));
  const inbox = await openInbox({ disabledCommands: ['STARTTLS'] });
  onTestFinished(inbox.close);
  const mail = { kind: 'smtp', host: '127.0.0.1', port: inbox.port, from: 'codes@acme.test' } as const;
  const { rep } = await openGateway(gatewayOptions(crm.url, { channels: { email: mail }, rules }));
  await rep.deliver();
  const [received] = inbox.mails;
  expect(received?.headers).toContain('Content-Language: es');
  expect(received?.html).toContain('<html lang="es">');
  expect(received?.html).toContain('<title>Su código</title>');
});
