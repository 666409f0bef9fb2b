import { createServer } from 'node:http';
import { duplexPair } from 'node:stream';
import { createNoAudit } from '../audit/audit-none.ts';
import type { Snapshot } from '../config/compile/snapshot.ts';
import type { WhyRule } from '../core/verdict/decision-record.ts';
import { isObject, type JsonObject, jsonOf } from '../core/wire/json.ts';
import type { DecisionSink } from '../ports/decisions.ts';
import type {
  AuditSink,
  Channel,
  Clock,
  LedgerStore,
  Log,
  RecordReader,
  Upstream,
  UpstreamResponse,
} from '../ports.ts';
import { createMemoryStore } from '../stores/memory/memory.ts';
import { systemClock } from '../system/clock.ts';
import { inPlaceOf } from './adapters.ts';
import { headAndBodyOf } from './http-text.ts';

/** What the gateway would do with a request. */
export type Simulated = {
  readonly verdict: 'pass' | 'otp-required' | 'refused';
  readonly status: number;
  /** The slug of the refusal. */
  readonly slug: string | undefined;
  readonly detail: string | undefined;
  /** The rules that apply, and why. */
  readonly rules: readonly WhyRule[];
};

/** What is stored: the record that the request saves, and others by `Module/id`, as plain values. */
export type Stored = {
  readonly before?: object | undefined;
  readonly related?: Readonly<Record<string, object>> | undefined;
};

/** What stands in for the world. */
type Imagined = {
  readonly log: Log;
  readonly decisions: DecisionSink;
  readonly clock: Clock;
  readonly audit: AuditSink;
  readonly store: LedgerStore;
  readonly channels: Readonly<Record<string, Channel>>;
  readonly upstream: Upstream;
};

/** Builds the gateway that judges. */
export type Create = (
  snapshot: Snapshot,
  world: Imagined,
) => { readonly handler: Handler; close(): Promise<void> };

/** Where a code may stand in the way of a save though nothing is wrong with it. */
const FINAL = new Set(['otp-create-refused', 'otp-ambiguous']);

/**
 * Puts a request, as it stands in a file, before the gateway of this configuration: its own reading and its own rules, with a ledger
 * and a CRM that are made up. Nothing is opened, sent or stored.
 */
export async function simulateBy(
  create: Create,
  snapshot: Snapshot,
  request: string,
  stored: Stored,
): Promise<Simulated> {
  let rules: readonly WhyRule[] = [];
  let forwarded = false;
  const channels = snapshot.channels.map((channel) => [channel.name, postbox(channel)] as const);
  await Promise.all(channels.map(([, channel]) => channel.start?.()));
  // Receivers are told nothing that did not happen. Inherited, since a spread would lose what is not enumerable.
  const untold: Snapshot = Object.create(snapshot, { events: { value: [] } });
  const gateway = create(untold, {
    log: SILENT,
    decisions: {
      take({ why = [] }) {
        rules = why;
      },
    },
    clock: systemClock,
    audit: createNoAudit(),
    store: createMemoryStore(systemClock),
    channels: Object.fromEntries(channels),
    upstream: imaginedCrm(stored, () => {
      forwarded = true;
    }),
  });
  try {
    const { status, headers, body } = await exchange(request, gateway.handler);
    const slug = forwarded ? undefined : headers.get('otprules-result');
    const isAsked = slug?.startsWith('otp-') && rules.length > 0 && !FINAL.has(slug);
    const verdict = forwarded ? 'pass' : isAsked ? 'otp-required' : 'refused';
    return { verdict, status, slug, detail: detailOf(body), rules };
  } finally {
    await gateway.close();
  }
}

/** What stands in the file is no request that a server would read. */
export class UnreadableRequest extends Error {
  constructor() {
    super('the request cannot be read: write a method and a path, headers, an empty line, and the body');
  }
}

type Handler = NonNullable<Parameters<typeof createServer>[1]>;

/** One exchange over a pair of streams: what parses the request is what parses those of clients, and no port is opened. */
async function exchange(request: string, handler: Handler) {
  const [near, far] = duplexPair();
  createServer(handler).emit('connection', far);
  near.write(headAndBodyOf(request));
  const pieces: Buffer[] = [];
  try {
    for await (const piece of near as AsyncIterable<Buffer>) pieces.push(piece);
  } catch {
    throw new UnreadableRequest();
  }
  const [head = '', ...rest] = Buffer.concat(pieces).toString().split('\r\n\r\n');
  const [line = '', ...fields] = head.split('\r\n');
  const headers = new Map(
    fields.map((field) => {
      const colon = field.indexOf(':');
      return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()];
    }),
  );
  return { status: Number(line.split(' ')[1]), headers, body: rest.join('\r\n\r\n') };
}

function detailOf(body: string): string | undefined {
  try {
    const { detail } = JSON.parse(body) as { readonly detail?: unknown };
    return typeof detail === 'string' ? detail : undefined;
  } catch {
    return undefined;
  }
}

/** A CRM that has these records, takes whatever reaches it, and believes each caller's name. */
function imaginedCrm({ before, related = {} }: Stored, onForward: () => void): Upstream {
  const found = (fields: object) => {
    const body = Buffer.from(JSON.stringify(fields));
    const answer = { status: 200, headers: [['content-type', 'application/json']], body } as const;
    return { kind: 'found', record: { fields: fieldsOf(fields) }, answer } as const;
  };
  const reader: RecordReader = {
    async read(name, id) {
      const other = related[`${name}/${id}`];
      if (other) return found(other);
      return before ? found(before) : { kind: 'unavailable', reason: 'what is stored was not given' };
    },
    vouchesFor: async () => true,
    chosenBy: () => [],
  };
  return {
    async forward() {
      onForward();
      return ACCEPTED;
    },
    collect: async ({ status, headers }) => ({ status, headers, body: new Uint8Array() }),
    stream(request) {
      onForward();
      request.resume();
      return { answer: Promise.resolve(ACCEPTED), giveUp: () => undefined };
    },
    upgrade: (_request, socket) => void socket.destroy(),
    readerFor: () => reader,
    lookUp: async () => ({ kind: 'none' }),
    close: async () => undefined,
  };
}

const ACCEPTED: UpstreamResponse = {
  status: 204,
  reason: 'No Content',
  headers: [],
  body: { each: async () => undefined, giveUp: () => undefined },
};

function fieldsOf(fields: object): JsonObject {
  const json = jsonOf(fields);
  return isObject(json) ? json : new Map();
}

/** The channel with its own idea of an address, and nothing behind it. */
function postbox(config: Snapshot['channels'][number]): Channel {
  const nothing: Channel = {
    addressKind: 'opaque',
    deliver: async () => ({ kind: 'accepted' }),
    close: async () => undefined,
  };
  return inPlaceOf(config, nothing, systemClock);
}

const SILENT: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
