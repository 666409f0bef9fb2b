import { readFileSync } from 'node:fs';
import { readHead } from '../../audit/audit-head.ts';
import { linesOf, proofFault, proofKeyOf, proveSave, readProof } from '../../audit/audit-proof.ts';
import { type AuditSeal, createAuditSeal, type SealedLine } from '../../audit/audit-seal.ts';
import { type AuditReport, verifyAudit } from '../../audit/audit-verify.ts';
import { readLines } from '../../audit/read-lines.ts';
import type { AuditEvent } from '../../core/verdict/audit-event.ts';
import { unknown } from '../arguments.ts';
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
} from '../command.ts';
import { visible } from '../terminal/visible.ts';
import { sentenceOf } from './sentence.ts';
import { SHOW_FORMATS, showEvents } from './show.ts';

const SUBCOMMANDS = ['verify', 'show', 'prove', 'check', 'key'];

/** Reads the audit: whether it is whole, what it tells of a record, and a proof of one save. */
export const audit: Command = {
  summary: 'check the audit, show what happened to a record, prove a save',
  help: `Usage
  countersign audit verify [-c FILE | --without-secret] AUDIT...   every line that was changed, cut, swapped, taken out or added
  countersign audit show [FILTERS] [--format text|json|csv] AUDIT...   what happened, to one record or in all
  countersign audit prove [-c FILE] --save DIGEST AUDIT...         a proof of one save, on standard output
  countersign audit check [--key KEY] PROOF                        whether a proof holds; needs neither the audit nor the secret
  countersign audit key [-c FILE]                                  the public key of your proofs

Give the files of a rotated audit oldest first. "verify" and "check" exit with 4 where something is wrong, and so does "prove": it looks
at every line as "verify" does, and signs nothing of an audit that is not whole.

Options
  -c, --config FILE   the configuration, for its secret
  --without-secret    follow the chain only: finds what was changed or is gone, not what was made anew by another hand
  --record, --module  events of this record, of this module
  --user              events of this caller, by the verified name
  --since, --until    a day or a time, such as 2026-11-01 or 2026-11-30T12:00Z; a day that ends counts whole
  --format            text is for people; json is one list, csv begins with the names of its columns
  --save              the member "save" of an event
  --key               the public key that has to have signed the proof; without it, "check" says that none was compared

Example
  countersign audit verify -c countersign.yaml data/audit.jsonl`,
  options: {
    ...CONFIG_OPTION,
    'without-secret': { type: 'boolean' },
    record: { type: 'string' },
    module: { type: 'string' },
    user: { type: 'string' },
    since: { type: 'string' },
    until: { type: 'string' },
    format: { type: 'string' },
    save: { type: 'string' },
    key: { type: 'string' },
  },
  subcommands: SUBCOMMANDS,
  choices: { format: SHOW_FORMATS },
  async run(words) {
    const [name = '', ...files] = words.positionals;
    const task = Object.hasOwn(TASKS, name) ? TASKS[name] : undefined;
    if (!task && name !== '') throw new UsageError(unknown('subcommand', name, SUBCOMMANDS));
    if (!task) throw new UsageError(`missing subcommand: audit ${SUBCOMMANDS.join(', ')}`);
    if (name !== 'key' && files.length === 0)
      throw new UsageError(`missing ${name === 'check' ? 'PROOF' : 'AUDIT'} file`);
    return task(words, files);
  },
};

type Task = (words: Words, files: readonly string[]) => number | Promise<number>;

const TASKS: Readonly<Record<string, Task>> = {
  async verify(words, files) {
    const seal = words.values['without-secret']
      ? undefined
      : createAuditSeal((await needConfig(words)).secrets);
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
    return showEvents(words, storyOf(files));
  },
  async prove(words, files) {
    const save = needText(words, 'save');
    const { secrets } = await needConfig(words);
    const { faults } = await judged(files, createAuditSeal(secrets));
    if (faults.length > 0) {
      const found = faults.map(sentenceOfFault).join('\n');
      throw new Stop(4, `${found}\nnothing is signed: the audit is not whole`);
    }
    const proof = proveSave(storyOf(files), save, secrets);
    if (!proof) throw new Stop(4, `the audit has no countersigned save ${save}`);
    say(JSON.stringify(proof, null, 2));
    return 0;
  },
  check(words, [file = '']) {
    const proof = readProof(readFileSync(file, 'utf8'));
    if (!proof) throw new Stop(4, `${file} is not a proof of "audit prove"`);
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
  async key(words) {
    say(proofKeyOf((await needConfig(words)).secrets));
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
