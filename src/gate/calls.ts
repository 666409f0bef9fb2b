import type { Asker } from '../core/saving/save.ts';
import type { Refusable } from '../core/verdict/audit-event.ts';
import { callFaultProblem } from '../core/verdict/fault-problem.ts';
import type { Refusal } from '../core/verdict/refusal.ts';
import { type HandedOn, type Refused, refused } from '../core/verdict/verdict.ts';
import { type ChallengeRequest, challenge, type Done, subjectOf } from './challenge.ts';
import { endGrantOf, type GrantRequest, grantFor, type OpenedGrant } from './grants.ts';
import { type IdentifyRequest, identify } from './identify.ts';
import type { RefusalAbout } from './judging/judged.ts';
import type { Subject } from './ledger/subject.ts';
import type { Tools } from './ledger/tools.ts';
import { overrideSave, type Vouching } from './people/override.ts';
import { type StandingQuestion, standing } from './people/standing.ts';
import type { Waits } from './people/waits.ts';
import { type TakenBack, withdrawCode } from './people/withdraw.ts';
import { handOn, refuse } from './refusals/refuse.ts';

/** What a call of the control API answers. */
export type Answered<T> = T | Refusal | HandedOn;

/** A call about a rule and several records. */
export type ManyRequest = Omit<ChallengeRequest, 'record' | 'values'>;

/** A call by which somebody vouches for a save of a record. */
export type OverrideRequest = ChallengeRequest & Vouching;

/** A call that asks how the code about a record stands, perhaps until that changes. */
export type StandingRequest = Omit<ChallengeRequest, 'values'> & StandingQuestion;

/** What became of one of them. */
export type RecordAnswered = { readonly record: string; readonly answer: Answered<Done> };

/** The use cases of the control API. A fault is a refusal like others; none is thrown. */
export type Calls = {
  /** Sends or resends a code by hand. */
  challenge(request: ChallengeRequest): Promise<Answered<Done>>;
  /** The same for several records, one after the other: others may have their code already where one cannot. */
  challengeMany(request: ManyRequest, records: readonly string[]): Promise<readonly RecordAnswered[]>;
  /** Sends a code to whoever was asked for, and says the same of everybody. */
  identify(request: IdentifyRequest): Promise<Answered<Done>>;
  /** Takes back what is out about a record. */
  withdraw(request: Omit<ChallengeRequest, 'values'>): Promise<Answered<TakenBack>>;
  /** Vouches for a save of a record, in the place of the customer. */
  override(request: OverrideRequest): Promise<Answered<Done>>;
  /** Turns a code into a grant: a verification that is remembered. */
  grant(request: GrantRequest): Promise<Answered<OpenedGrant>>;
  /** Ends a grant. */
  endGrant(token: string, asker: Pick<Asker, 'caller' | 'request'>): Promise<void>;
  /** What the ledger says of a rule and a record, at once or when that changes. */
  standing(request: StandingRequest): Promise<Answered<Done>>;
};

type AskedAbout = Asker & { readonly rule: string; readonly record: string };

/** The calls of the control API over these tools; `waits` bounds those that wait for an answer. */
export function createCalls(tools: Tools, waits: Waits): Calls {
  const { policy, tracing, log } = tools;

  /** What the refusal of a call is about. A name that stands for somebody is no record's, and is told to nobody. */
  const aboutOf = (
    what: Refusable,
    { rule: alias, record }: Pick<AskedAbout, 'rule' | 'record'>,
  ): RefusalAbout => {
    const rule = policy.ruleNamed(alias);
    if (!rule) return { what: 'request', rules: [] };
    return { what, module: rule.module, record: rule.hides ? null : record, rules: [rule] };
  };

  /** Brings a call to its end: an answer, or a refusal that has its event. */
  async function end<T extends End>(
    about: RefusalAbout,
    request: Asker,
    answering: Promise<T | Refused | HandedOn>,
  ): Promise<Answered<T>> {
    const answer = await answering.catch((err: unknown) => {
      log.error({ err, request: request.request.id }, 'a call of the control API could not be answered');
      return refused(callFaultProblem(err));
    });
    if (isEnd(answer)) return answer;
    return answer.kind === 'refused'
      ? refuse(answer, about, request, tools)
      : handOn(answer, about, request, tools);
  }

  /** Answers a call about a rule and a record that both exist, and that the CRM shows to this caller: it is read once, at the beginning. */
  async function about<T>(
    request: Omit<ChallengeRequest, 'values'>,
    answer: (subject: Subject) => Promise<T>,
  ): Promise<T | Refused | HandedOn> {
    const subject = await subjectOf(request, tools);
    return 'kind' in subject ? subject : answer(subject);
  }

  const inSpan = <T>(
    name: 'send' | 'grant',
    { rule, trace }: Pick<AskedAbout, 'rule' | 'trace'>,
    task: () => Promise<T>,
  ) => {
    const found = policy.ruleNamed(rule);
    return tracing.request(name, { modules: found ? [found.module] : [], trace }, task);
  };

  const send = (request: ChallengeRequest) =>
    end(aboutOf('send', request), request, challenge(request, tools));

  return {
    challenge: (request) => inSpan('send', request, () => send(request)),
    challengeMany: (request, records) =>
      inSpan('send', request, async () => {
        const answered: RecordAnswered[] = [];
        for (const record of records)
          answered.push({ record, answer: await send({ ...request, record, values: undefined }) });
        return answered;
      }),
    identify: (request) =>
      inSpan('send', { rule: request.rule.id, trace: request.trace }, () =>
        end(
          { what: 'send', module: request.rule.module, record: null, rules: [request.rule] },
          request,
          identify(request, tools),
        ),
      ),
    grant: (request) =>
      inSpan('grant', request, () => end(aboutOf('grant', request), request, grantFor(request, tools))),
    override: (request) =>
      end(
        aboutOf('override', request),
        request,
        about(request, (subject) => overrideSave(subject, request, tools)),
      ),
    withdraw: (request) =>
      end(
        aboutOf('withdraw', request),
        request,
        about(request, (subject) => withdrawCode(subject, request, tools)),
      ),
    endGrant: (token, asker) => endGrantOf(token, asker, tools),
    standing: (request) =>
      end(
        aboutOf('standing', request),
        request,
        about(request, (subject) => standing(subject, request, tools, waits)),
      ),
  };
}

type End = { readonly kind: 'done' | 'opened' | 'taken-back' };

function isEnd<T extends End>(answer: T | Refused | HandedOn): answer is T {
  return answer.kind !== 'refused' && answer.kind !== 'handed-on';
}
