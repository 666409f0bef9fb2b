import { emptyRow, type Row, type RowBase } from '../../src/core/ledger/row.ts';
import { issue, type NewCode } from '../../src/core/ledger/sends.ts';
import type { Step } from '../../src/core/ledger/step.ts';
import { aRule } from './a-rule.ts';

export const START = 1_700_000_000_000;
export const policy = aRule.code;
export const MINUTE = 60_000;

export function freshCode(id: string, change: Partial<NewCode> = {}): NewCode {
  return {
    id,
    verifier: `verifier of ${id}`,
    sealed: null,
    about: null,
    binding: { kind: 'change', fields: ['status'], digest: 'd' },
    recipient: { channel: 'sms', fingerprint: 'f', masked: '***78' },
    policy,
    ...change,
  };
}

/** The row that a step led to, where it was taken. */
export function taken<R extends RowBase>(step: Step<R>): R {
  if (!step.ok) throw new Error(`the step was not taken: ${JSON.stringify(step)}`);
  return step.row;
}

export const anIssued = (): Row => taken(issue(emptyRow('k'), START, freshCode('c1')));
