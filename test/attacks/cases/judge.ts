import { isDeepStrictEqual } from 'node:util';
import type { Received } from '../../harness/crm.ts';
import type { RawAnswer } from '../../harness/raw.ts';
import type { Expected, Messages } from './case.ts';
import type { Sent } from './mailroom.ts';

/** One request with all that it caused. */
export type Exchange = {
  /** Its place among the steps of the case. */
  readonly number: number;
  readonly bytes: Buffer;
  readonly answer: RawAnswer;
  /** For how long the gateway let nobody else have a turn meanwhile: in time of the processor, which does not pass while others have it. */
  readonly heldMs: number;
  readonly arrived: readonly Received[];
  /** Lines of the audit that it added. */
  readonly audit: readonly {
    readonly event: string;
    readonly rule?: string;
    readonly rules?: readonly string[];
  }[];
};

export type Story = {
  readonly exchanges: readonly Exchange[];
  readonly sent: readonly Sent[];
  readonly log: string;
};

/** What is otherwise than it should be, in words. Empty where the story went as expected. */
export function faultsOf(expected: Expected, story: Story): readonly string[] {
  const { exchanges, sent } = story;
  const at =
    expected.at === undefined ? exchanges.at(-1) : exchanges.find(({ number }) => number === expected.at);
  const answer = at?.answer;
  const problem = problemIn(answer?.body ?? '');
  const ours = exchanges.flatMap(({ arrived }) => arrived).filter(({ method }) => method === 'GET');
  const written = exchanges.flatMap(({ arrived }) => arrived).filter(isWrite);
  const faults: string[] = [];
  const want = (holds: boolean, fault: string) => {
    if (!holds) faults.push(fault);
  };
  passesOf(expected, exchanges.length).forEach((passes, index) => {
    const exchange = exchanges[index];
    if (passes === null || !exchange) return;
    faults.push(
      ...(passes ? notPassed(exchange) : notRefused(exchange)).map((fault) => `request ${index}: ${fault}`),
    );
  });
  const { status, result, fields, names, says } = expected;
  if (status !== undefined) want(answer?.status === status, `status ${answer?.status}, not ${status}`);
  if (result !== undefined) want(resultIn(answer) === result, `result ${resultIn(answer)}, not ${result}`);
  if (fields)
    want(
      isDeepStrictEqual([...(problem.fields ?? [])].sort(), [...fields].sort()),
      `fields ${problem.fields}, not ${fields}`,
    );
  for (const name of names ?? [])
    want((answer?.body ?? '').includes(name), `${name} is not named in ${answer?.body}`);
  if (says !== undefined && answer) want(new RegExp(says).test(answer.body), `says ${answer.body}`);
  if (expected.problem)
    want(/^application\/problem\+json/.test(answer?.headers['content-type'] ?? ''), 'is no problem+json');
  if (expected.otherValues)
    want(
      /values/.test(problem.detail ?? '') && answer?.headers['retry-after'] !== undefined,
      `says of other values: ${answer?.body}`,
    );
  if (expected.requestsAtCrm !== undefined)
    want(exchanges.flatMap(({ arrived }) => arrived).length === expected.requestsAtCrm, 'the CRM was asked');
  if (expected.messages) faults.push(...messageFaults(expected.messages, sent));
  if (expected.shows !== undefined)
    faults.push(...shownFaults(expected.shows, expected.exactly === true, sent));
  for (const text of expected.ownRead?.with ?? [])
    want(
      ours.some((read) => headOf(read).includes(text)),
      `our read lacks ${text}`,
    );
  const { without } = expected.ownRead ?? {};
  if (without !== undefined)
    want(
      ours.every((read) => !headOf(read).includes(without)),
      `our read has ${without}`,
    );
  for (const line of expected.atCrm ?? [])
    want(
      written.some((save) => headOf(save).includes(line)),
      `the save lacks ${line}`,
    );
  if (expected.codeAtCrm === false)
    want(
      written.every((save) => !/otprules/i.test(headOf(save) + save.body)),
      'the CRM got a code',
    );
  if (expected.audit && at) faults.push(...auditFaults(expected.audit, at));
  if (expected.log !== undefined) want(story.log.includes(expected.log), `the log has no ${expected.log}`);
  if (expected.either?.every((one) => faultsOf(one, story).length > 0))
    faults.push(`none of: ${JSON.stringify(expected.either)}`);
  return faults;
}

function passesOf({ passes }: Expected, count: number): readonly (boolean | null)[] {
  if (passes === undefined) return [];
  return typeof passes === 'boolean' ? [...Array(count - 1).fill(null), passes] : passes;
}

const bodyOf = (bytes: Buffer) => bytes.subarray(bytes.indexOf('\r\n\r\n') + 4).toString();
const isWrite = ({ method, body }: Received) =>
  !['GET', 'HEAD'].includes(method) && !/operation=retrieve/.test(body.toString());
const headOf = ({ headers }: Received) =>
  headers.map(([name, value]) => `${name.toLowerCase()}: ${value}`).join('\n');

function notRefused({ bytes, answer, arrived }: Exchange): readonly string[] {
  const [method = '', path = ''] = bytes.toString('latin1').split(' ');
  const reached = arrived.filter(
    (one) => isWrite(one) || (method === 'GET' && one.path === path && one.path.includes('?')),
  );
  const isOurs =
    'otprules-result' in answer.headers && (answer.status >= 400 || /"success":false/.test(answer.body));
  return [
    ...reached.map((one) => `${one.method} ${one.path} ${one.body} reached the CRM`),
    ...(isOurs ? [] : [`answered ${answer.status} ${JSON.stringify(answer.headers)} ${answer.body}`]),
  ];
}

function notPassed({ bytes, answer, arrived }: Exchange): readonly string[] {
  if (answer.status < 200 || answer.status > 299) return [`answered ${answer.status} ${answer.body}`];
  const [method = '', path = ''] = bytes.toString('latin1').split(' ');
  const same = arrived.filter(
    (one) => one.method === method && one.path === path && means(one.body.toString(), bodyOf(bytes)),
  );
  const isOnce = method === 'GET' || method === 'HEAD' ? same.length > 0 : same.length === 1;
  return isOnce
    ? []
    : [`arrived: ${arrived.map((one) => `${one.method} ${one.path} ${one.body}`).join(' | ')}`];
}

/** Same members with the same values; code fields are ours. */
function means(arrived: string, meant: string): boolean {
  const membersOf = (text: string) => {
    if (text.startsWith('--')) return partsOf(text);
    try {
      return JSON.parse(text, (name, value) => (/^otprules/i.test(name) ? undefined : value)) as unknown;
    } catch {
      return [...new URLSearchParams(text)].filter(([name]) => !/^otprules/i.test(name));
    }
  };
  return arrived === meant || isDeepStrictEqual(membersOf(arrived), membersOf(meant));
}

/** Names and values of a multipart form, whatever stands between them. */
function partsOf(text: string): readonly (readonly string[])[] {
  const [boundary = ''] = text.split('\r\n', 1);
  const parts = text.split(boundary).slice(1, -1);
  return parts.map((part) => /name="([^"]*)".*?\r\n\r\n(.*)\r\n$/s.exec(part)?.slice(1) ?? [part]);
}

type ProblemBody = { readonly type?: string; readonly detail?: string; readonly fields?: readonly string[] };

function problemIn(body: string): ProblemBody {
  try {
    return JSON.parse(body) as ProblemBody;
  } catch {
    return {};
  }
}

const resultIn = (answer: RawAnswer | undefined) => answer?.headers['otprules-result'];

function messageFaults(expected: Messages, sent: readonly Sent[]): readonly string[] {
  const addresses = sent.map(({ address }) => address);
  const told = `messages went to ${addresses.join(', ') || 'nobody'}`;
  const texts = sent.map(({ text }) => text).join('\n');
  const { count, to, oneOf, only, notTo, contains } = expected;
  const holds = [
    count === undefined || sent.length === count,
    !to || (to.every((one) => addresses.includes(one)) && addresses.every((one) => to.includes(one))),
    !oneOf || oneOf.some((one) => addresses.includes(one)),
    !only || addresses.every((one) => only.includes(one)),
    !notTo?.some((one) => addresses.includes(one)),
    !contains || contains.every((text) => texts.includes(text)),
  ];
  return holds.every(Boolean)
    ? []
    : [`${told}: ${JSON.stringify(texts)}; wanted ${JSON.stringify(expected)}`];
}

/** Direction marks that stand alone, and letters that turn the direction of what stands beside them. */
const ISOLATED = /[\u2066-\u2068][^\u2069]*\u2069/gu;
const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}]/u;

function shownFaults(value: string, isExactly: boolean, sent: readonly Sent[]): readonly string[] {
  const text = sent.at(-1)?.text;
  if (text === undefined) return ['no message was sent'];
  const plain = text.replace(/[\u2066-\u2069]/gu, '');
  const faults: string[] = [];
  if (!plain.includes(value) && (isExactly || !plain.includes('…')))
    faults.push(`shows ${JSON.stringify(text)}`);
  if (/[\p{M}\u200b-\u200f\u202a-\u202e\ufeff]/u.test(plain))
    faults.push(`has marks: ${JSON.stringify(text)}`);
  if (RIGHT_TO_LEFT.test(text.replace(ISOLATED, ''))) faults.push(`is not isolated: ${JSON.stringify(text)}`);
  return faults;
}

const SENDS = ['code-sent', 'code-send-failed'];

function auditFaults(
  { rule, events, atLeast }: NonNullable<Expected['audit']>,
  { audit }: Exchange,
): readonly string[] {
  const found = audit.filter(
    (line) => !SENDS.includes(line.event) && [line.rule, ...(line.rules ?? [])].includes(String(rule)),
  );
  const isRight = events === undefined ? found.length >= (atLeast ?? 1) : found.length === events;
  return isRight ? [] : [`the audit got ${JSON.stringify(audit)}`];
}
