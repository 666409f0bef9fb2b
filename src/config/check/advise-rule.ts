import { compileNode, type Node } from '../../core/criteria/criteria-node.ts';
import { outcomesOf } from '../../core/criteria/evaluate.ts';
import { numberFieldsOf } from '../../core/criteria/number-fields.ts';
import { FALSE, TRUE } from '../../core/criteria/outcome.ts';
import { foldField } from '../../core/likeness/fold.ts';
import { codeCountOf } from '../../core/rule/code.ts';
import type { Save } from '../../core/saving/save.ts';
import type { DecodedRule } from '../compile/compile-rule.ts';
import type { ConfigPath, Diagnostic } from '../explain/problem.ts';
import { showsLink, textsOf } from '../schema/check-page.ts';
import { languagesOf, PRESET_TEXTS, withLinks } from '../schema/texts.ts';

const MILLION = 1_000_000;

/** What is weak or surprising about a rule, though it is allowed. */
export function adviseRule(rule: DecodedRule, path: ConfigPath): readonly Diagnostic[] {
  const { code, send } = rule;
  const about = (key: string, message: string): Diagnostic => ({
    path: [...path, ...key.split('.')],
    message,
  });
  const findings: (Diagnostic | false)[] = [
    codeCountOf(code) < MILLION && about('code.length', 'fewer codes than six digits give: easier to guess'),
    code.validFor > 600_000 &&
      about('code.validFor', 'a code that lives longer than 10 minutes can be read by more people'),
    code.maxAttempts > 5 && about('code.maxAttempts', 'more than 5 attempts make a code easier to guess'),
    code.resetAttemptsAfter < code.validFor &&
      about(
        'code.resetAttemptsAfter',
        'is shorter than validFor: one code gets more than maxAttempts attempts',
      ),
    rule.onCreate === 'challenge' &&
      send.to.every(({ address }) => typeof address === 'string') &&
      about(
        'onCreate',
        'a new record has no stored address yet: such creates are answered with otp-recipient-missing; name an address on a related record',
      ),
    ...mixedAddressesAdvice(rule, about),
    ...constantAdvice(rule, about),
    ...send.verbatim
      .filter((field) => !JSON.stringify([send.message, send.subject]).includes(`record.${field}`))
      .map((field) => about('send.verbatim', `neither message nor subject shows ${field}`)),
    ...numberAdvice(rule, about),
    ...presetAdvice(rule, about),
    ...pageAdvice(rule, about),
  ];
  return findings.filter((finding) => finding !== false);
}

/** From a related record nobody knows which records refer to it, and so whom else to ask. */
function mixedAddressesAdvice(
  { send, recipientChange }: DecodedRule,
  about: (key: string, message: string) => Diagnostic,
): readonly Diagnostic[] {
  const related = send.to.flatMap(({ address }) => (typeof address === 'string' ? [] : [address.module]));
  if (recipientChange === 'allow' || related.length === 0) return [];
  const records = new Set(send.to.map(({ address }) => (typeof address === 'string' ? '' : address.via)));
  if (records.size === 1) return [];
  return [
    about(
      'send.to',
      `takes addresses from several records: an empty one in ${[...new Set(related)].join(', ')} is filled in inside the CRM only, since nobody knows there whom else to ask`,
    ),
  ];
}

/** Numbers that decide and that a message may leave out: who is asked could not see what they agree to. */
function numberAdvice(
  { when, code, send }: DecodedRule,
  about: (key: string, message: string) => Diagnostic,
): readonly Diagnostic[] {
  const shown = fieldsIn(JSON.stringify([send.message, send.subject, send.changeMessage]));
  const shortened = new Set(shown.filter((field) => !send.verbatim.includes(field)).map(foldField));
  return numberFieldsOf(compileNode(when).node)
    .filter((field) => shortened.has(foldField(field)))
    .map((field) =>
      about(
        'send.verbatim',
        `lacks ${field}, a number in the criteria that a text shows: with ${code.length} digits in a row or more it would be … there`,
      ),
    );
}

/** The fields of the record that texts show, in whichever spelling. */
function fieldsIn(texts: string): readonly string[] {
  return [...texts.matchAll(/\{\{\s*record\.(.*?)\s*\}\}/g)].map(([, field = '']) => field);
}

/** Built-in texts, in English, that would stand beside those in other languages. */
function presetAdvice(
  { send, recipientChange }: DecodedRule,
  about: (key: string, message: string) => Diagnostic,
): readonly Diagnostic[] {
  if (languagesOf(send).length === 0) return [];
  return (['message', 'subject', 'changeMessage'] as const)
    .filter((key) => key !== 'changeMessage' || recipientChange === 'guard')
    .filter((key) => send[key] === PRESET_TEXTS[key])
    .map((key) => about(`send.${key}`, 'is English for everybody: give it in each language'));
}

/** A page that nobody is led to. */
function pageAdvice(
  { send, confirm }: DecodedRule,
  about: (key: string, message: string) => Diagnostic,
): readonly Diagnostic[] {
  if (confirm !== 'page') return [];
  const { message } = withLinks(send);
  if (textsOf(message).every(showsLink)) return [];
  return [about('send.message', 'leads nobody to the page of the rule: {{link}} is missing')];
}

function constantAdvice(
  rule: DecodedRule,
  about: (key: string, message: string) => Diagnostic,
): readonly Diagnostic[] {
  if (rule.when === true) return [];
  const { node, clauses, paths } = compileNode(rule.when);
  const isConstant = clauses.length + paths.length === 0;
  const truth = isConstant ? truthAmong(outcomesOf(node, { save: NO_SAVE })) : truthOfNode(node);
  if (truth === undefined) return [];
  return [
    about(
      'when',
      truth ? 'is always true: write "when: true" if that is meant' : 'is never true: the rule never applies',
    ),
  ];
}

/** The truth of a node that does not depend on any fact, or undefined. */
function truthOfNode(node: Node): boolean | undefined {
  if (node.kind === 'literal') return truthAmong(outcomesOf(node, { save: NO_SAVE }));
  if (node.kind !== 'and' && node.kind !== 'or') return undefined;
  const deciding = node.kind === 'or';
  const truths = node.parts.map(truthOfNode);
  if (truths.includes(deciding)) return deciding;
  return truths.includes(undefined) ? undefined : !deciding;
}

const NO_SAVE: Save = { module: '', operation: 'update', id: '', fields: new Map() };

function truthAmong(outcomes: number): boolean | undefined {
  if (outcomes === TRUE) return true;
  return outcomes === FALSE ? false : undefined;
}
