/** A case that another test plays, and why it is none of bytes to a gateway. */
export type Elsewhere = {
  readonly id: string;
  readonly why: string;
  readonly file: string;
  readonly test: string;
};

const COMMAND = 'it is about a command and a file that were made for it, and not about requests';
const PROOF =
  'a proof that somebody else made writes nothing that a terminal obeys, and says that no key was compared';
const UNSIGNED =
  'nothing is signed of an audit to which a line was added without the secret, nor of one that lacks a line';
const EMPTY = 'a proof without lines, of another save, or of another form does not hold';

export const ELSEWHERE: readonly Elsewhere[] = [
  {
    id: 'A8-report',
    why: COMMAND,
    file: 'test/cli/report.test.ts',
    test: 'report says what enforcing would have refused, by rule and by place',
  },
  { id: 'X01-prove-signs-a-forged-line', why: COMMAND, file: 'test/cli/audit.test.ts', test: UNSIGNED },
  { id: 'A13-line-taken-out', why: COMMAND, file: 'test/cli/audit.test.ts', test: UNSIGNED },
  { id: 'X02-proof-writes-to-the-terminal', why: COMMAND, file: 'test/cli/audit.test.ts', test: PROOF },
  { id: 'A13-no-key', why: COMMAND, file: 'test/cli/audit.test.ts', test: PROOF },
  { id: 'A13-empty-chain', why: COMMAND, file: 'test/cli/audit.test.ts', test: EMPTY },
  {
    id: 'A14-table',
    why: 'it holds a page against the source',
    file: 'test/docs/audit-events.test.ts',
    test: 'has a row for %s',
  },
];
