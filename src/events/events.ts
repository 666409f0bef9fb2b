import { type HappeningKind, laneOf } from '../core/verdict/happening.ts';
import type { EventSink } from '../ports/events.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Clock, Keyring, LedgerStore, Log, Random } from '../ports.ts';
import { createDispatcher, type Dispatcher } from './dispatcher.ts';
import { isGone, newHolder } from './holder.ts';
import { createJournal } from './journal.ts';
import { createPost } from './post.ts';
import { createWriter, type Writer } from './writer.ts';

/** Who gets which events. It is known by its address: under another one it is another receiver. */
export type EventReceiver = {
  readonly url: string;
  readonly on: readonly HappeningKind[];
  readonly secrets: readonly string[];
};

/** Delivers what happened to receivers: it is kept in the store first, and one of the gateways posts it until the receiver has taken it. */
export type Events = EventSink & {
  /** From now on these get events. What is kept for others stays kept, as long as it may. */
  configure(receivers: readonly EventReceiver[]): void;
  close(): Promise<void>;
};

/** What keeping and telling events takes. */
export type EventTools = {
  readonly store: LedgerStore;
  readonly keyring: Keyring;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
};

type Receiving = {
  readonly receiver: EventReceiver;
  readonly writer: Writer;
  readonly dispatcher: Dispatcher;
};

/** Nobody is told anything before `configure`. */
export function createEvents(tools: EventTools): Events {
  const holder = newHolder();
  let receiving: readonly Receiving[] = [];
  const closing: Promise<void>[] = [];

  function open(receiver: EventReceiver, index: number): Receiving {
    const journal = createJournal(receiver.url, holder.name, isGone, tools);
    const post = createPost(receiver.url, receiver.secrets, tools.clock);
    const dispatcher = createDispatcher(String(index), journal, post, tools);
    return { receiver, dispatcher, writer: createWriter(journal, tools.log, dispatcher.wake) };
  }

  async function close(all: readonly Receiving[]): Promise<void> {
    await Promise.all(all.map(({ writer }) => writer.close()));
    await Promise.all(all.map(({ dispatcher }) => dispatcher.close()));
  }

  return {
    async take(happening) {
      const { kind, at, data } = happening;
      const wanted = receiving.filter(({ receiver }) => receiver.on.includes(kind));
      if (wanted.length === 0) return;
      const lane = laneOf(happening);
      await Promise.all(
        wanted.map(({ writer }) => writer.write({ id: `evt_${tools.random.id()}`, kind, at, lane, data })),
      );
    },
    configure(receivers) {
      const before = receiving;
      const same = (one: EventReceiver, index: number) =>
        before.find(
          ({ receiver }, place) =>
            place === index &&
            JSON.stringify([receiver.url, receiver.on, receiver.secrets]) ===
              JSON.stringify([one.url, one.on, one.secrets]),
        );
      receiving = receivers.map((one, index) => same(one, index) ?? open(one, index));
      const gone = before.filter((one) => !receiving.includes(one));
      if (gone.length > 0) closing.push(close(gone));
    },
    async close() {
      await close(receiving);
      await Promise.all(closing);
      receiving = [];
      holder.forget();
    },
  };
}
