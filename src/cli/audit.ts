import { readFileSync } from 'node:fs';
import { readHead } from '../audit/audit-head.ts';
import { linesOf, proofFault, proofKeyOf, proveSave, readProof } from '../audit/audit-proof.ts';
import { type AuditSeal, createAuditSeal, type SealedLine } from '../audit/audit-seal.ts';
import { type AuditReport, verifyAudit } from '../audit/audit-verify.ts';
import { readLines } from '../audit/read-lines.ts';
import type { AuditEvent } from '../core/verdict/audit-event.ts';
import {
  CONFIG_OPTION,
  type Command,
  needConfig,
  needText,
  Stop,
  say,
  textOf,
  UsageError,
  type Words,
} from './command.ts';

/** Reads the audit: whether it is whole, what it tells of a record, and a proof of one save. */
export const audit: Command = {
  summary: 'check the audit, tell the story of a record, prove a save',
  help: `Usage
  countersign audit verify [-c FILE | --without-secret] AUDIT...   every line that was changed, cut, swapped, taken out or added
  countersign audit show --record ID [--module NAME] AUDIT...      what happened to a record
  countersign audit prove [-c FILE] --save DIGEST AUDIT...         a proof of one save, on standard output
  countersign audit check [--key KEY] PROOF                        whether a proof holds; needs neither the audit nor the secret
  countersign audit key [-c FILE]                                  the public key of your proofs

Give the files of a rotated audit oldest first. "verify" and "check" exit with 4 where something is wrong, and so does "prove": it looks
at every line as "verify" does, and signs nothing of an audit that is not whole.

Options
  -c, --config FILE   the configuration, for its secret
  --without-secret    follow the chain only: finds what was changed or is gone, not what was made anew by another hand
  --record, --module  the record
  --save              the member "save" of an event
  --key               the public key that has to have signed the proof; without it, "check" says that none was compared

Example
  countersign audit verify -c countersign.yaml data/audit.jsonl`,
  options: {
    ...CONFIG_OPTION,
    'without-secret': { type: 'boolean' },
    record: { type: 'string' },
    module: { type: 'string' },
    save: { type: 'string' },
    key: { type: 'string' },
  },
  async run(words) {
    const [name = '', ...files] = words.positionals;
    const task = TASKS[name];
    if (!task) throw new UsageError(`say one of: audit ${Object.keys(TASKS).join(', ')}`);
    if (name !== 'key' && files.length === 0) throw new UsageError('which file?');
    return task(words, files);
  },
};

type Task = (words: Words, files: readonly string[]) => number | Promise<number>;

const TASKS: Readonly<Record<string, Task>> = {
  async verify(words, files) {
    const seal = words.values['without-secret'] ? undefined : createAuditSeal(needConfig(words).secrets);
    const { faults, lines, begin, end, isOpenEnded } = await judged(files, seal);
    for (const fault of faults) say(sentenceOfFault(fault));
    if (faults.length > 0) return 4;
    const span = begin === undefined ? '' : `, ${begin} to ${end?.seq} of the chain`;
    say(
      `${files.join(' ')} is whole: ${lines} lines${span}${isOpenEnded ? '; whether lines are missing at its end cannot be seen' : ''}`,
    );
    if (begin !== undefined && begin > 1) say('To check what came before, give the earlier files too.');
    return 0;
  },
  show(words, files) {
    const record = needText(words, 'record');
    const name = textOf(words, 'module');
    const story = storyOf(files).filter(
      ({ event }) =>
        'record' in event && event.record === record && (name === undefined || event.module === name),
    );
    if (story.length === 0) throw new Stop(4, `nothing is told of the record ${record}`);
    for (const { event } of story) say(sentenceOf(event));
    return 0;
  },
  async prove(words, files) {
    const save = needText(words, 'save');
    const { secrets } = needConfig(words);
    const { faults } = await judged(files, createAuditSeal(secrets));
    if (faults.length > 0) {
      const found = faults.map(sentenceOfFault).join('\n');
      throw new Stop(4, `${found}\nnothing is signed: the audit is not whole`);
    }
    const proof = proveSave(storyOf(files), save, secrets);
    if (!proof) throw new Stop(4, `nothing is told of a countersigned save ${save}`);
    say(JSON.stringify(proof, null, 2));
    return 0;
  },
  check(words, [file = '']) {
    const proof = readProof(readFileSync(file, 'utf8'));
    if (!proof) throw new Stop(4, `${file} is no proof`);
    const key = textOf(words, 'key');
    const fault = key === undefined || key === proof.publicKey ? proofFault(proof) : 'another key signed it';
    if (fault) throw new Stop(4, visible(`${file} does not hold: ${fault}`));
    for (const link of proof.chain)
      if (typeof link === 'string') say(sentenceOf(JSON.parse(link) as AuditEvent));
    say(
      visible(
        key
          ? `${file} holds, signed by the key ${key}`
          : `${file} holds, and no key was compared: ${proof.publicKey} signed it. Ask its owner whether that key is theirs, and give it as --key.`,
      ),
    );
    return 0;
  },
  key(words) {
    say(proofKeyOf(needConfig(words).secrets));
    return 0;
  },
};

function storyOf(files: readonly string[]): readonly SealedLine[] {
  return files.flatMap((file) => linesOf(readFileSync(file, 'utf8')));
}

/** What is wrong with an audit, by every line of it. */
async function judged(
  files: readonly string[],
  seal: AuditSeal | undefined,
): Promise<AuditReport & { readonly isOpenEnded: boolean }> {
  // Before the lines: it may be written to meanwhile, and then has more of them.
  const head = readHead(files.at(-1) ?? '');
  const texts = files.map((file) => ({ file, lines: readLines(file) }));
  return { ...(await verifyAudit(texts, seal, head)), isOpenEnded: head === undefined };
}

function sentenceOfFault({ file, line, message }: AuditReport['faults'][number]): string {
  return `${file}:${line}  ${message}`;
}

/** An event as people read it. Texts of others are quoted, so that no line of theirs looks like one of ours. */
function sentenceOf(event: AuditEvent): string {
  const { at, request, user, ip, event: what, ...rest } = event;
  const own = Object.entries(rest).filter(([key]) => !CHAIN.has(key));
  const told = own.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(' ');
  return visible(
    `${at} ${what} ${told} user=${JSON.stringify(user)} ip=${ip} request=${JSON.stringify(request)}`,
  );
}

/** The text with all that a terminal would obey written out: who made a file may have put anything into it. */
function visible(text: string): string {
  return text.replace(/[\p{C}\u2028\u2029]/gu, (symbol) => `\\u{${symbol.codePointAt(0)?.toString(16)}}`);
}

const CHAIN = new Set(['seq', 'prev', 'first', 'torn']);
