import { quotedNames, steeredIn } from '../../core/saving/steered-by.ts';
import { problem } from '../../core/verdict/problem.ts';
import { type HandedOn, type Refused, refused } from '../../core/verdict/verdict.ts';
import type { FoundRecord, RecordReader } from '../../ports.ts';

/** The stored record, or why there is none to judge by: then nothing is forwarded, and no code is spent. */
export async function readBefore(
  name: string,
  id: string,
  reader: RecordReader,
): Promise<FoundRecord | Refused | HandedOn> {
  const answer = await reader.read(name, id);
  switch (answer.kind) {
    case 'found':
      return answer;
    case 'withheld':
      return { kind: 'handed-on', answer: answer.answer, isMissing: answer.isMissing };
    case 'misnamed':
      return refused(
        problem(
          'request-unreadable',
          `The CRM knows this record by the id "${answer.id}". Use that spelling, and leave out of the address what names another record.`,
        ),
      );
    case 'unshown': {
      const detail = `The CRM may choose the record, or a version of it, by ${quotedNames(answer.by)}, and shows none to a read that has it: ${answer.reason}. ${LEAVE_OUT}`;
      return refused(problem('request-unreadable', detail, { steered: steeredIn(name, answer.by) }));
    }
    case 'unavailable':
      return refused(
        problem(
          'record-unavailable',
          'The stored record could not be read, so the request could not be judged; nothing was saved.',
          {
            retryAfterSeconds: 5,
          },
        ),
      );
  }
}

/** What to do about a name by which nobody knows what is chosen. */
export const LEAVE_OUT =
  'Leave it out, or name it in "neutralQuery" or "neutralHeaders" of the module where the CRM does not choose by it; a header by which it does choose, in "readHeaders".';
