import { compileCriteria } from '../../core/criteria/criteria.ts';
import { impliedSave } from '../../core/rule/planned-save.ts';
import type { BindingKind } from '../../core/rule/rule.ts';
import type { Context } from './check-texts.ts';

type SendingRule = {
  readonly on: readonly ('update' | 'delete' | 'read')[];
  readonly when: unknown;
  readonly binds: BindingKind;
  readonly send: { readonly when: unknown };
};

/** Reports a code that would be sent after one save to confirm another one of which nobody knows the values. */
export function checkWorkflow({ on, when, binds, send }: SendingRule, context: Context): void {
  const reading = compileCriteria(when);
  if (send.when === false || !reading.ok) return;
  const plan = impliedSave({ module: '', on: new Set(on), when: reading.criteria, binds }, null);
  if (plan.ok) return;
  const why =
    binds === 'body'
      ? 'with "binds: body" a code confirms a whole save'
      : `"when" does not say which new value of ${plan.fields.join(', ')} it would confirm`;
  context.addIssue({
    code: 'custom',
    path: ['send', 'when'],
    message: `sends a code before the save that it confirms is known: ${why}. Name the value with changed_to, set "binds: record", or leave send.when out`,
  });
}
