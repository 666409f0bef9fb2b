import type { Asker } from '../../core/saving/save.ts';
import type { AuditFact } from '../../core/verdict/audit-event.ts';
import { happeningOf } from '../../core/verdict/happening.ts';
import type { Tools } from '../ledger/tools.ts';

/** Writes an event that nothing depends on: a sink that fails is loud in the log, and the answer stays what it is. */
export async function recordEvent(
  fact: AuditFact,
  context: Pick<Asker, 'caller' | 'request'>,
  tools: Tools,
): Promise<void> {
  try {
    await recordIntent(fact, context, tools);
  } catch (fault) {
    tools.log.error(
      { err: fault, request: context.request.id, event: fact.event },
      'an audit event could not be written',
    );
  }
}

/** Writes an event without which the save may not go on, and lets be told what others want to hear of. */
export async function recordIntent(
  fact: AuditFact,
  { caller, request }: Pick<Asker, 'caller' | 'request'>,
  tools: Tools,
): Promise<void> {
  const at = new Date(tools.clock.now()).toISOString();
  const event = { at, request: request.id, user: caller.user, ip: caller.ip, ...fact };
  await tools.audit.write(event);
  const happening = happeningOf(event);
  if (happening) await tools.events.take(happening);
}
