import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const TABLES = `namespace db;
entity Customers {
  key ID: UUID;
  name: String;
  email: String;
  deliveries: Composition of many Deliveries on deliveries.customer = $self;
  notes: Composition of many Notes on notes.customer = $self;
}
entity Deliveries {
  key ID: Integer;
  status: String default 'Open';
  note: String;
  customer: Association to Customers;
}
entity Notes {
  key ID: UUID;
  text: String;
  customer: Association to Customers;
}
`;

/** One service by two protocols, a second entity over the same table, bound and unbound actions. */
const SERVICE = `using db from '../db/schema';
@protocol: ['odata', 'rest']
service CRM {
  entity Customers as projection on db.Customers;
  @cds.redirection.target entity Deliveries as projection on db.Deliveries actions {
    action deliver();
    action label() returns String;
    function title() returns String;
  };
  entity Notes as projection on db.Notes;
  entity Shipments as projection on db.Deliveries;
  action deliverAll(ids: array of Integer);
}
`;

const HANDLERS = `module.exports = (service) => {
  const name = ({ params: [id] }) => 'Delivery ' + (id.ID ?? id);
  service.on('deliver', 'Deliveries', ({ params: [id] }) => UPDATE('db.Deliveries', id).with({ status: 'Delivered' }));
  service.on('label', 'Deliveries', name);
  service.on('title', 'Deliveries', name);
  service.on('deliverAll', ({ data }) =>
    UPDATE('db.Deliveries').where({ ID: { in: data.ids } }).with({ status: 'Delivered' }));
};
`;

/** A project as `cds init` begins one, with its data in memory. */
export function writeCapProject(folder: string): void {
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  for (const name of ['db', 'srv']) mkdirSync(join(folder, name), { recursive: true });
  write('db/schema.cds', TABLES);
  write('srv/crm.cds', SERVICE);
  write('srv/crm.js', HANDLERS);
  const db = { kind: 'sqlite', credentials: { url: ':memory:' } };
  write('.cdsrc.json', JSON.stringify({ requires: { db, auth: 'dummy' } }));
}
