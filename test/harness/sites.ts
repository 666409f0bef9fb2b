import { join } from 'node:path';
import { createOutbox, type Outbox } from '../../src/channels/outbox/outbox.ts';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import type { Channel, CodeHasher } from '../../src/ports.ts';
import type { Crm, CrmOptions } from './crm.ts';
import { gatewayOptions } from './delivery.ts';
import type { Answered, Rep } from './rep.ts';
import { openCrm, openFolder, openGateway } from './world.ts';

/** Gateways over one ledger, in front of one CRM, that share an outbox. */
export type Site = {
  readonly crm: Crm;
  readonly reps: readonly [Rep, ...Rep[]];
  readonly outbox: Outbox;
  /** The newest code, to this address or to any; there has to be one. */
  code(address?: string): string;
};

export type SiteOptions = Partial<ConfigInput> & {
  readonly gateways?: number;
  readonly crm?: CrmOptions;
  /** In the place of the outbox. */
  readonly channel?: Channel;
  /** Where the cost of a hash matters. */
  readonly hasher?: CodeHasher;
};

let sites = 0;

/** A ledger on this Redis that no other site shares; its calls may take their time, on a busy machine too. */
export function onRedis(url: string, commandTimeout = '10s'): ConfigInput['store'] {
  const keyPrefix = `countersign:site-${process.pid}-${sites++}:`;
  return { kind: 'redis', url, keyPrefix, commandTimeout };
}

/** A ledger in a file that goes when the test is over. */
export function inFile(): ConfigInput['store'] {
  return { kind: 'sqlite', path: join(openFolder(), 'ledger.db') };
}

/** Opens the gateways; all of it goes when the test is over. */
export async function openSite({
  gateways = 2,
  crm: about,
  channel,
  hasher,
  ...options
}: SiteOptions): Promise<Site> {
  const crm = await openCrm(about);
  const outbox = createOutbox({ addressKind: 'email' });
  const opened = await Promise.all(
    Array.from({ length: gateways }, () =>
      openGateway(gatewayOptions(crm.url, options), {
        channels: { email: channel ?? outbox },
        ...(hasher && { hasher }),
      }),
    ),
  );
  const [first, ...others] = opened.map(({ rep }) => rep);
  if (!first) throw new Error('a site without a gateway');
  const code = (address?: string) => {
    const newest = outbox.lastCode(address);
    if (newest === undefined) throw new Error('no code was sent');
    return newest;
  };
  return { crm, reps: [first, ...others], outbox, code };
}

/** Calls by every rep in turn, all at once. */
export function atOnce(
  { reps }: Pick<Site, 'reps'>,
  count: number,
  call: (rep: Rep, index: number) => Promise<Answered>,
): Promise<readonly Answered[]> {
  return Promise.all(
    Array.from({ length: count }, (_, index) => call(reps[index % reps.length] ?? reps[0], index)),
  );
}

/** Sets a record to Delivered, with a code where one is given. */
export function deliver(rep: Rep, id: string, code?: string): Promise<Answered> {
  const headers = code === undefined ? {} : { 'OTPRULES-OTP-7': code };
  return rep.call('PATCH', `/api/DeliveryNotes/${id}`, { status: 'Delivered' }, headers);
}

/** Records 1, 2 … with an address each, or all with the same one. */
export function notes(count: number, address: (id: string) => string) {
  const ids = Array.from({ length: count }, (_, index) => String(index + 1));
  return Object.fromEntries(
    ids.map((id) => [id, { id, subject: 'Box', status: 'Created', email: address(id) }]),
  );
}
