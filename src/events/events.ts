import { type HappeningKind, laneOf } from '../core/verdict/happening.ts';
import type { EventSink } from '../ports/events.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Clock, Keyring, LedgerStore, Log, Random } from '../ports.ts';
import { isGone, newHolder } from './holder.ts';
import { createJournal } from './journal.ts';
import { createPost } from './post.ts';
import { createTeller, type Teller } from './teller.ts';
import { createWriter, type Writer } from './writer.ts';

/** Who is told what. It is known by its address: under another one it is another receiver. */
export type EventReceiver = {
  readonly url: string;
  readonly on: readonly HappeningKind[];
  readonly secrets: readonly string[];
};

/** Tells receivers what happened: kept in the store first, told by one of the gateways then, until each took it. */
export type Events = EventSink & {
  /** From now on these are told. What is kept for others stays kept, as long as it may. */
  configure(receivers: readonly EventReceiver[]): void;
  close(): Promise<void>;
};

export type EventTools = {
  readonly store: LedgerStore;
  readonly keyring: Keyring;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
};

type Told = { readonly receiver: EventReceiver; readonly writer: Writer; readonly teller: Teller };

export function createEvents(tools: EventTools): Events {
  const holder = newHolder();
  let told: readonly Told[] = [];
  const closing: Promise<void>[] = [];

  function open(receiver: EventReceiver, index: number): Told {
    const journal = createJournal(receiver.url, holder.name, isGone, tools);
    const post = createPost(receiver.url, receiver.secrets, tools.clock);
    const teller = createTeller(String(index), journal, post, tools);
    return { receiver, teller, writer: createWriter(journal, tools.log, teller.wake) };
  }

  async function close(all: readonly Told[]): Promise<void> {
    await Promise.all(all.map(({ writer }) => writer.close()));
    await Promise.all(all.map(({ teller }) => teller.close()));
  }

  return {
    async take(happening) {
      const { kind, at, data } = happening;
      const wanted = told.filter(({ receiver }) => receiver.on.includes(kind));
      if (wanted.length === 0) return;
      const lane = laneOf(happening);
      await Promise.all(
        wanted.map(({ writer }) => writer.write({ id: `evt_${tools.random.id()}`, kind, at, lane, data })),
      );
    },
    configure(receivers) {
      const before = told;
      const same = (one: EventReceiver, index: number) =>
        before.find(
          ({ receiver }, place) =>
            place === index &&
            JSON.stringify([receiver.url, receiver.on, receiver.secrets]) ===
              JSON.stringify([one.url, one.on, one.secrets]),
        );
      told = receivers.map((one, index) => same(one, index) ?? open(one, index));
      const gone = before.filter((one) => !told.includes(one));
      if (gone.length > 0) closing.push(close(gone));
    },
    async close() {
      await close(told);
      await Promise.all(closing);
      told = [];
      holder.forget();
    },
  };
}
