import { CountersignError } from '../core/fault.ts';
import { problem } from '../core/verdict/problem.ts';
import type { RecordReader } from '../ports.ts';
import { type ChallengeAnswer, type ChallengeRequest, challenge } from './challenge.ts';
import type { Tools } from './ledger/tools.ts';

/** A call about a rule and several records. */
export type ManyRequest = Omit<ChallengeRequest, 'record' | 'values'>;

/** What became of one of them. */
export type RecordAnswered = { readonly record: string; readonly answer: ChallengeAnswer };

/** Sends a code for one record after the other. A fault with one is that one's answer: others may have their code already. */
export async function challengeMany(
  request: ManyRequest,
  records: readonly string[],
  reader: RecordReader,
  tools: Tools,
): Promise<readonly RecordAnswered[]> {
  const answered: RecordAnswered[] = [];
  for (const record of records) {
    const answer = await challenge({ ...request, record, values: undefined }, reader, tools).catch(
      (fault: unknown) => faulty(fault, request, tools),
    );
    answered.push({ record, answer });
  }
  return answered;
}

function faulty(fault: unknown, { request }: ManyRequest, { log }: Tools): ChallengeAnswer {
  if (!(fault instanceof CountersignError)) throw fault;
  log.error({ err: fault, request: request.id }, 'a code of several could not be sent');
  const detail = 'The code could not be sent at the moment. Try again.';
  return { kind: 'refused', problem: problem('otp-unavailable', detail, { retryAfterSeconds: 5 }) };
}
