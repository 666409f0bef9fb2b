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
      const names = answer.names.map((one) => `"${one}"`).join(', ');
      return refused(
        problem(
          'request-unreadable',
          `The CRM may choose the record, or a version of it, by ${names}, and shows none to a read that has it: ${answer.reason}. Leave it out, or name it in "neutralQuery" or "neutralHeaders" of the module where the CRM does not choose by it.`,
        ),
      );
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
