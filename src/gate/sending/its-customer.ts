import type { RecordReader } from '../../ports.ts';
import type { Candidate, Finding } from '../judging/finding.ts';
import type { Tools } from '../ledger/tools.ts';
import { stillReaches } from './recipients.ts';

/**
 * Whether a code went to the customer whose record is saved now. Whoever vouched for a save was sent nothing, and where records are hidden,
 * nobody knows whom a code went to.
 */
export function ofItsCustomer(reader: RecordReader, tools: Tools) {
  return async (candidate: Candidate): Promise<Finding | Candidate> => {
    const { requirement, code, row, now } = candidate;
    if (code.approval?.by === 'override' || requirement.asked) return candidate;
    const reaches = await stillReaches(code, requirement, reader, tools);
    if (reaches === true) return candidate;
    const slug = reaches === 'unknown' ? 'record-unavailable' : 'otp-recipient-missing';
    return { requirement, row, now, slug };
  };
}
