import type { Diagnostic } from '../explain/problem.ts';
import { channelKindIn, type Kinds, storeKindIn } from '../schema/known-kinds.ts';
import type { Decoded } from '../schema/schema.ts';

/** What of the channels is accepted and yet deserves a second look. */
export function adviseChannels(channels: Decoded['channels'], kinds: Kinds): readonly Diagnostic[] {
  return Object.entries(channels).flatMap(([name, channel]) =>
    (channelKindIn(kinds, channel.kind).advise?.(channel, name) ?? []).map(({ path, message }) => ({
      path: ['channels', name, ...path],
      message,
    })),
  );
}

/** What of the store is accepted and yet deserves a second look. */
export function adviseStore(store: Decoded['store'], kinds: Kinds): readonly Diagnostic[] {
  return (storeKindIn(kinds, store.kind).advise?.(store, 'store') ?? []).map(({ path, message }) => ({
    path: ['store', ...path],
    message,
  }));
}

/** Places of a rule at which a code that is too long for them would never be sent. */
export function adviseCodeLength(
  { code, send }: Decoded['rules'][number],
  index: number,
  channels: Decoded['channels'],
  kinds: Kinds,
): readonly Diagnostic[] {
  return send.to.flatMap(({ channel }, place) => {
    const kind = channels[channel]?.kind;
    const { longestCode = Number.POSITIVE_INFINITY } = kind === undefined ? {} : channelKindIn(kinds, kind);
    if (code.length <= longestCode) return [];
    const message = `is never used: ${kind} takes codes of up to ${longestCode} symbols`;
    return [{ path: ['rules', index, 'send', 'to', place, 'channel'], message }];
  });
}
