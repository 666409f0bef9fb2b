import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { type Adapters, createGateway, type Gateway, type Listening } from '../../src/gateway/gateway.ts';
import { createTestGateway, type TestGateway, type TestOptions } from '../../src/testing.ts';
import { cheapHasher } from './cheap-hasher.ts';
import { type Crm, type CrmOptions, startCrm } from './crm.ts';
import { deliveryOptions } from './delivery.ts';
import { type Rep, repOf } from './rep.ts';

/** A CRM, a gateway in front of it, and a rep in front of that. All of it goes when the test is over. */
export type World = {
  readonly crm: Crm;
  readonly gateway: TestGateway;
  readonly url: string;
  readonly rep: Rep;
  /** The newest code; there has to be one. */
  code(): string;
};

/** Options of the gateway; where its CRM is, is known. */
export type WorldOptions = Partial<Omit<TestOptions, 'upstream'>> & {
  readonly upstream?: Omit<TestOptions['upstream'], 'url'>;
};

/** A world with a memory store, a hand clock and an outbox. */
export async function openWorld(options: WorldOptions = {}, crmOptions: CrmOptions = {}): Promise<World> {
  const crm = await openCrm(crmOptions);
  const upstream = { url: crm.url, ...options.upstream };
  const gateway = createTestGateway(deliveryOptions(crm.url, { ...options, upstream }));
  const { url } = await gateway.listen();
  onTestFinished(gateway.close);
  const code = () => {
    const newest = gateway.lastCode();
    if (newest === undefined) throw new Error('no code was sent');
    return newest;
  };
  return { crm, gateway, url, rep: repOf(url), code };
}

/** A CRM that goes when the test is over. */
export async function openCrm(options: CrmOptions = {}): Promise<Crm> {
  const crm = await startCrm(options);
  onTestFinished(crm.close);
  return crm;
}

/** A gateway that goes when the test is over. */
export async function openGateway(
  options: ConfigInput,
  adapters: Adapters = {},
): Promise<Listening & { readonly gateway: Gateway; readonly rep: Rep }> {
  const gateway = createGateway(options, { ...cheapHasher(options), ...adapters });
  const { url, adminUrl } = await gateway.listen();
  onTestFinished(gateway.close);
  return { gateway, url, adminUrl, rep: repOf(url) };
}

/** A folder that goes when the test is over. */
export function openFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
