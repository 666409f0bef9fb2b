import { onTestFinished } from 'vitest';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { createTestGateway, type TestGateway } from '../../src/testing.ts';
import { type Answered, repOf } from '../harness/rep.ts';
import { type Said, startStandIn } from '../harness/stand-in.ts';
import type { Case } from './recipe.ts';

/** A gateway with a recipe's rules, before a CRM that stores what a case says. */
export type Kitchen = {
  readonly gateway: TestGateway;
  /** The saves, and the reads of what no rule guards, that reached the CRM. */
  readonly arrived: () => readonly string[];
  send(request: Case['request'], headers?: Record<string, string>): Promise<Answered>;
};

/** Opens it; all of it goes when the test is over. An outbox takes the place of every channel. */
export async function openKitchen(
  options: ConfigInput,
  { before = {}, related = {} }: Case,
): Promise<Kitchen> {
  const others = new Map(
    Object.entries(related).map(([name, fields]) => {
      const [named = '', id] = name.split('/');
      return [`${options.modules[named]?.path}/${id}`, fields];
    }),
  );
  let stored = before;
  const crm = await startStandIn(({ method, pathname, json }): Said => {
    if (method !== 'GET') stored = { ...stored, ...json };
    return { status: 200, body: others.get(pathname) ?? stored };
  });
  onTestFinished(crm.close);
  const { version: _, secret: __, store: ___, ...rest } = options;
  const gateway = createTestGateway({
    ...rest,
    ...{ listen: { port: 0 }, admin: false, upstream: { url: crm.url }, audit: { kind: 'none' } },
  });
  const { url } = await gateway.listen();
  onTestFinished(gateway.close);
  const rep = repOf(url);
  return {
    gateway,
    arrived: () =>
      crm.received.filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path}`),
    send: ({ method, path, body }, headers) => rep.call(method, path, body, headers),
  };
}
