import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { STORED } from '../../harness/crm.ts';
import { deliveryRule } from '../../harness/delivery.ts';
import { until } from '../../harness/until.ts';
import { openWorld, type World, type WorldOptions } from '../../harness/world.ts';
import type { Case } from './case.ts';

const WORLDS: Readonly<Record<NonNullable<Case['world']>, WorldOptions>> = {
  'two rules': { rules: [deliveryRule(), deliveryRule({ id: 8, name: 'Stock' })] },
  'a list': {
    modules: { DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes', records: '/data' } },
  },
};

type Mode = 'as ever' | 'fails' | 'alike' | 'holds saves' | 'holds all';

/** A world for a case that runs elsewhere, and a server that does there what the case asks for. */
export async function openStage(
  { world: name }: Case,
  origin: string | undefined,
): Promise<{ readonly url: string; readonly control: string }> {
  const cors = origin === undefined ? {} : { cors: { origins: [origin], credentials: true } };
  const world = await openWorld({ ...cors, ...(name && WORLDS[name]) });
  for (const id of ['50', '51', '52'])
    world.crm.records.set(id, { ...STORED, id, email: `ann${id}@example.com` });
  const answer = answering(world, origin, name === 'a list');
  const commands = commandsOf(world, answer);
  const server = createServer(async (request, response) => {
    const [command, ...words] = JSON.parse(await text(request)) as [string, ...unknown[]];
    const said = await commands[command]?.(...(words as never[]));
    response.setHeader('Access-Control-Allow-Origin', '*').end(JSON.stringify(said ?? null));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    answer('as ever');
    server.closeAllConnections();
    server.close();
  });
  return { url: world.url, control: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** How the CRM answers: `holds` until it is told otherwise. Preflights are always answered. */
function answering({ crm }: World, origin: string | undefined, isList: boolean): (mode: Mode) => void {
  let mode: Mode = 'as ever';
  let held: (() => void)[] = [];
  crm.answerWith(({ method }, response, proceed) => {
    if (origin !== undefined) {
      response.setHeader('Access-Control-Allow-Origin', origin);
      response.setHeader('Access-Control-Allow-Methods', 'PATCH');
      response.setHeader('Access-Control-Allow-Headers', 'authorization, content-type');
    }
    const isSave = method === 'PATCH';
    if (method === 'OPTIONS') response.writeHead(204).end();
    else if (mode === 'holds all' || (mode === 'holds saves' && isSave)) held.push(proceed);
    else if (mode === 'fails' && isSave) response.writeHead(500).end();
    else if (mode === 'alike') {
      response.writeHead(428, { 'content-type': 'application/problem+json' });
      response.end('{"type":"urn:countersign:problem:otp-required","rules":[{"rule":"7"}]}');
    } else if (isList && isSave) response.end('{}');
    else proceed();
  });
  return (next) => {
    mode = next;
    if (next !== 'as ever') return;
    for (const proceed of held) proceed();
    held = [];
  };
}

type Commands = Readonly<Record<string, (...words: never[]) => unknown>>;

function commandsOf({ crm, gateway, rep, code }: World, answer: (mode: Mode) => void): Commands {
  return {
    answer,
    code,
    'codes by rule': () =>
      Object.fromEntries(gateway.outbox.messages().map((message) => [message.rule, message.code])),
    'codes by record': () =>
      Object.fromEntries(['50', '51'].map((id) => [`7/${id}`, gateway.lastCode(`ann${id}@example.com`)])),
    advance: (ms: number) => gateway.clock.advance(ms),
    sent: () => gateway.outbox.messages().length,
    saved: () => crm.received.filter(({ method }) => method === 'PATCH').map(({ body }) => String(body)),
    received: (wanted: string, nth: number) =>
      until(() => crm.received.filter(({ method }) => method === wanted).length >= nth),
    /** Somebody else saves with the code, and takes it back. */
    async use(code: string) {
      await rep.deliver(code);
      await rep.call('PATCH', '/api/DeliveryNotes/45', { status: 'Created' });
      gateway.clock.advance(60_000);
    },
  };
}
