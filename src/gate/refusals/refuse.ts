import type { Asker } from '../../core/saving/save.ts';
import type { AuditFact, Reason } from '../../core/verdict/audit-event.ts';
import type { Refusal } from '../../core/verdict/refusal.ts';
import type { HandedOn } from '../../core/verdict/verdict.ts';
import { pathPatternOf } from '../../core/wire/path-pattern.ts';
import type { RefusalAbout, Refusing } from '../judging/judged.ts';
import type { Tools } from '../ledger/tools.ts';
import { recordEvent } from './record-event.ts';

/** Whom a refusal goes to. */
export type Refusee = Pick<Asker, 'caller' | 'request'>;

/** Refuses: the event is written, and then the refusal may be sent. The only maker of a `Refusal`. */
export async function refuse(
  refused: Refusing,
  about: RefusalAbout,
  asker: Refusee,
  tools: Tools,
): Promise<Refusal> {
  const { problem, record } = refused;
  const known = record === undefined || about.what === 'request' ? about : { ...about, record };
  await Promise.all([recordEvent(factOf(problem.slug, known, asker), asker, tools), refused.kept]);
  return { kind: 'refused', problem } as Refusal;
}

/** The same for what the CRM refuses: its own answer is handed on. */
export async function handOn(
  handedOn: HandedOn,
  about: RefusalAbout,
  asker: Refusee,
  tools: Tools,
): Promise<HandedOn> {
  await recordEvent(factOf(`answer ${handedOn.answer.status}`, about, asker), asker, tools);
  return handedOn;
}

function factOf(reason: Reason, about: RefusalAbout, { request }: Refusee): AuditFact {
  const rules = [...new Set(about.rules.map(({ id }) => id))];
  if (about.what === 'request') {
    const { method, path } = request;
    return { event: 'request-refused', method, path: pathPatternOf(path), rules, reason };
  }
  const { what, module: name, record } = about;
  return { event: `${what}-refused`, module: name, record, rules, reason };
}
