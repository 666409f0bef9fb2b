import { HAPPENINGS } from '../../core/verdict/happening.ts';
import { isWebhookSecret } from '../../webhooks/signature.ts';
import type { Diagnostic } from '../explain/problem.ts';
import type { Decoded } from '../schema/schema.ts';
import { type Resolved, resolveText, type Surroundings } from './resolve-secret.ts';
import { type EventReceiverConfig, withHidden } from './snapshot.ts';

/** The receivers with their secrets. `keep` takes what is wrong with one that cannot be found. */
export function compileEvents(
  events: Decoded['events'],
  surroundings: Surroundings,
  keep: (resolved: Resolved) => readonly string[],
  findings: Diagnostic[],
): readonly EventReceiverConfig[] {
  return events.map(({ url, on = HAPPENINGS, secret }, index) => {
    const isList = Array.isArray(secret);
    const secrets = (isList ? secret : [secret]).flatMap((one, place) => {
      const path = ['events', index, 'secret', ...(isList ? [place] : [])];
      const found = keep(resolveText(one, path, surroundings));
      if (found.every(isWebhookSecret)) return found;
      findings.push({ path, message: 'must lead to whsec_ and Base64 of 24 to 64 bytes' });
      return [];
    });
    return withHidden({ url, on: [...on] }, { secrets });
  });
}
