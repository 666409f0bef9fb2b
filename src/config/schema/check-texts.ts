import { compileCriteria } from '../../core/criteria/criteria.ts';
import { compileNode } from '../../core/criteria/criteria-node.ts';
import { hasPlace, NOTICE_PLACES, readTemplate } from '../../core/rule/template.ts';
import { nearest } from '../explain/suggest.ts';

/** The part of zod's refinement context that the checks use. */
export type Context = {
  addIssue(issue: {
    code: 'custom';
    message: string;
    path?: (string | number)[];
    params?: { at: 'key' | undefined; suggestion: string | undefined };
  }): void;
};

/** Reports every fault of the criteria, each at its own place, with the operator that was probably meant. */
export function checkCriteria(source: unknown, context: Context): void {
  const reading = compileCriteria(source);
  if (reading.ok) return;
  for (const { path, message } of reading.faults) {
    const [problem = message, known] = message.split('; known are ');
    const suggestion = known === undefined ? undefined : nearest(String(path.at(-1)), known.split(' '));
    context.addIssue({
      code: 'custom',
      path: [...path],
      message: suggestion === undefined ? message : problem,
      params: { at: known === undefined ? undefined : 'key', suggestion },
    });
  }
}

/** Reports every fault of criteria about the caller; nothing else may decide who is asked. */
export function checkCallerCriteria(source: unknown, context: Context): void {
  checkCriteria(source, context);
  const { faults, clauses, paths } = compileNode(source);
  if (faults.length > 0 || (clauses.length === 0 && paths.every(([root]) => root === 'caller'))) return;
  context.addIssue({
    code: 'custom',
    message: 'may read the caller only; what is saved belongs into "when"',
  });
}

/** Reports a message that cannot be read, or by which nobody could answer: without the code, and without a link to a page. */
export function checkMessage(text: string, context: Context): void {
  const reading = readTemplate(text);
  if (!reading.ok) context.addIssue({ code: 'custom', message: reading.message });
  else if (!hasPlace(reading.template, 'code') && !hasPlace(reading.template, 'link'))
    context.addIssue({ code: 'custom', message: 'does not show the code: {{code}} is missing' });
}

/** Reports a text about a save that somebody vouched for and that cannot be read. */
export function checkNotice(text: string, context: Context): void {
  const reading = readTemplate(text, NOTICE_PLACES);
  if (!reading.ok) context.addIssue({ code: 'custom', message: reading.message });
}

/** Reports a subject that cannot be read or would not stay on one line. */
export function checkSubject(text: string, context: Context): void {
  const reading = readTemplate(text);
  if (!reading.ok) context.addIssue({ code: 'custom', message: reading.message });
  if (/[\r\n]/.test(text)) context.addIssue({ code: 'custom', message: 'must be one line' });
}
