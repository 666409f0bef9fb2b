import { createTestGateway, type TestGateway } from '../../src/testing.ts';
import { type Crm, startCrm } from '../harness/crm.ts';
import { deliveryOptions, deliveryRule, NO_LIMITS } from '../harness/delivery.ts';
import { openRaw, type RawAnswer } from '../harness/raw.ts';
import { STORED_NOTE } from './readers/names.ts';
import type { Forwarded } from './readers/reader.ts';
import { forwardedOf } from './stage.ts';

/** A gateway with a rule for each kind of guarded field, and the CRM behind it, which says yes to everything. */
export type NamesStage = {
  readonly gateway: TestGateway;
  /** Puts bytes on a connection of their own; gives the answer and the saves that reached the CRM meanwhile. */
  send(bytes: Uint8Array): Promise<{ readonly answer: RawAnswer; readonly arrived: readonly Forwarded[] }>;
  close(): Promise<void>;
};

const module = { dialect: 'rest', path: '/api/DeliveryNotes' } as const;

export async function openNamesStage(changes: object = {}): Promise<NamesStage> {
  const crm: Crm = await startCrm();
  crm.answerWith(({ path }, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const stored = path.startsWith('/api/Contacts') ? { id: '9', mobile: '+12015550111' } : STORED_NOTE;
    response.end(JSON.stringify(stored));
  });
  const rule = (id: number, field: string) =>
    deliveryRule({ id, name: `Rule ${id}`, when: { changed: field } });
  const byEmail = [{ channel: 'email', address: 'customer_email' }];
  const byContact = [
    {
      channel: 'email',
      address: { via: 'contact_id', module: 'Contacts', field: 'mobile', reverse: 'none' as const },
    },
  ];
  const gateway = createTestGateway({
    ...deliveryOptions(crm.url),
    limits: NO_LIMITS,
    modules: {
      DeliveryNotes: { ...module, ...changes },
      Contacts: { dialect: 'rest', path: '/api/Contacts' },
    },
    rules: [
      { ...rule(7, 'delivery_status'), send: { to: byEmail } },
      { ...rule(8, 'amount'), send: { to: byContact } },
      { ...rule(9, 'blocked'), send: { to: byContact } },
    ],
  });
  const port = Number(new URL((await gateway.listen()).url).port);
  return {
    gateway,
    async send(bytes) {
      const before = crm.received.length;
      const client = await openRaw(port);
      client.send(bytes);
      client.finish();
      const answer = await client.answer();
      client.close();
      const arrived = crm.received.slice(before).filter(({ method }) => method !== 'GET');
      return { answer, arrived: arrived.map(forwardedOf) };
    },
    async close() {
      await gateway.close();
      await crm.close();
    },
  };
}
