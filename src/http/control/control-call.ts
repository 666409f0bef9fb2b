import { type Problem, problem } from '../../core/verdict/problem.ts';
import type { JsonObject } from '../../core/wire/json.ts';
import type { Dialect } from '../../dialects/dialect.ts';
import type { Answered } from '../../gate/calls.ts';
import type { Done } from '../../gate/challenge.ts';
import type { Viewer } from '../../ports/intent.ts';
import { sendJson, sendProblem } from '../answer/respond.ts';
import type { Exchange } from '../request/exchange.ts';
import type { HttpContext } from '../request/http-context.ts';
import { sendWithheld } from './withheld.ts';

/** A call of the control API, ready to be answered. */
export type ControlCall = {
  readonly exchange: Exchange;
  /** The names in the path, empty where it has none. */
  readonly rule: string;
  readonly record: string;
  readonly body: JsonObject;
  /** Of the rule's module, where there is one. */
  readonly dialect: Dialect | undefined;
  /** Who calls. Records are read for them with their own credentials. */
  readonly viewer: Viewer;
  /** Refuses the call. */
  refuse(problem: Problem): Promise<void>;
};

/** Answers one kind of call. */
export type CallHandler = (call: ControlCall, context: HttpContext) => Promise<void>;

/** A row, or why there is none; then what is left to do. */
export async function sendRow(
  { exchange, dialect }: ControlCall,
  answer: Answered<Done>,
  status: number,
): Promise<void> {
  const { response, origin } = exchange;
  if (answer.kind === 'refused') sendProblem(exchange, answer);
  else if (answer.kind === 'handed-on') sendWithheld(exchange, answer, dialect);
  else sendJson(response, origin.requestId, status, answer.row, answer.row.result);
  if (answer.kind === 'done') await answer.after?.();
}

/** No rule has the name. */
export function refuseUnknown(call: ControlCall): Promise<void> {
  return call.refuse(problem('not-found', `No rule has the id or the name "${call.rule}".`));
}

/** The call cannot be read. */
export function refuseUnread(call: ControlCall, detail: string): Promise<void> {
  return call.refuse(problem('request-unreadable', detail));
}
