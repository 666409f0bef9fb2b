import { compileCriteria } from '../../core/criteria/criteria.ts';
import type { Context } from './check-texts.ts';

type ReadRule = { readonly on: readonly string[]; readonly when: unknown; readonly grant?: unknown };

/** Reports what does not fit together in a rule about reads. */
export function checkReads({ on, when, grant }: ReadRule, context: Context): void {
  const report = (key: string, message: string) => context.addIssue({ code: 'custom', path: [key], message });
  if (!on.includes('read')) {
    if (grant !== undefined) report('grant', 'opens reads, so it needs on: [read]');
    return;
  }
  if (on.length > 1) report('on', 'read stands alone: give reads a rule of their own');
  const reading = compileCriteria(when);
  const read = { module: '', operation: 'read', id: '', fields: new Map() } as const;
  if (reading.ok && when !== false && !reading.criteria.mayHold({ save: read }))
    report('when', 'asks for a change, and a read changes nothing: the rule would never apply');
}
