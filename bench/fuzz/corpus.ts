import fc from 'fast-check';
import { DISGUISES } from '../../test/attacks/disguises/all.ts';
import { bytesOf, draftOf } from '../../test/attacks/disguises/draft.ts';
import { honestSaves } from '../../test/attacks/disguises/honest.ts';

/** Requests of all kinds from which the fuzzed ones are made: honest saves, attacks, reads, creates, lists, the control API, unguarded traffic. */
export function corpusOf(seed: number): readonly [Buffer, ...Buffer[]] {
  const sampled = [
    ...fc.sample(honestSaves, { seed, numRuns: 200 }).map(({ draft }) => draft),
    ...Object.values(DISGUISES).flatMap((drafts) => fc.sample(drafts, { seed, numRuns: 40 })),
  ];
  const [first, ...others] = [...OTHERS, ...sampled].map(bytesOf);
  if (first === undefined) throw new Error('the corpus is empty');
  return [first, ...others];
}

const json = draftOf('application/json', '{"status":"Delivered"}');
const none = { ...json, contentType: undefined, body: Buffer.alloc(0) };
const OTHERS = [
  { ...none, method: 'GET' },
  { ...none, method: 'GET', path: '/api/DeliveryNotes', query: '?status=Delivered&page=2' },
  { ...none, method: 'HEAD' },
  { ...none, method: 'DELETE' },
  { ...none, method: 'OPTIONS', headers: ['Origin: http://a.test', 'Access-Control-Request-Method: PUT'] },
  { ...json, path: '/api/DeliveryNotes' },
  {
    ...draftOf('application/json', '{"records":[{"id":"45","status":"Delivered"}]}', 'PATCH'),
    path: '/api/Notes',
  },
  { ...json, path: '/api/Contacts/5' },
  { ...none, path: '/_countersign/rules/7/records/45/code' },
  { ...none, method: 'GET', path: '/_countersign/rules/7/records/45' },
  { ...draftOf('application/json', '{"records":["45","46"]}'), path: '/_countersign/rules/7/code' },
];
