import { parentPort, receiveMessageOnPort } from 'node:worker_threads';
import { type Posted, type PostedAnswer, type ToThread, threadClockMs } from './posted.ts';

/** A call as the thread has it. It wants exactly one answer. */
export type Incoming<Call, Answer> = {
  readonly call: Call;
  /** Until when somebody waits for it. */
  readonly untilMs: number;
  answer(answer: Answer): void;
  fail(reason: unknown): void;
};

/** Work of a thread. */
export type Work<Call, Answer> = {
  /** Takes all calls that wait. `inbox` has what came since. Whatever it leaves unanswered at its end is lost. */
  take(calls: readonly Incoming<Call, Answer>[], inbox: Inbox<Call, Answer>): void;
  close(): void;
};

/** The way between a thread and who started it. */
export type Inbox<Call, Answer> = {
  /** Sends what was answered so far, and gives the calls that came meanwhile. */
  exchange(): readonly Incoming<Call, Answer>[];
};

/** Serves the calls of the thread that started this one, until it is told to close. */
export function serveCalls<Call, Answer>(work: Work<Call, Answer>): void {
  const port = parentPort;
  if (!port) throw new Error('this module is that of a thread');
  let answers: PostedAnswer<Answer>[] = [];
  let isClosing = false;

  const incoming = ({ id, untilMs, call }: Posted<Call>): Incoming<Call, Answer> => ({
    call,
    untilMs,
    answer: (answer) => void answers.push({ id, answer }),
    fail: (reason) => void answers.push({ id, reason: reasonOf(reason) }),
  });

  /** Those for which nobody waits by then are not begun. */
  function awaited(calls: readonly Incoming<Call, Answer>[]): readonly Incoming<Call, Answer>[] {
    const nowMs = threadClockMs();
    return calls.filter((call) => call.untilMs > nowMs || call.fail('it took too long'));
  }

  function exchange(first?: ToThread<Call>): readonly Incoming<Call, Answer>[] {
    if (answers.length > 0) port?.postMessage(answers);
    answers = [];
    const messages = first === undefined ? [] : [first];
    for (let next = receive(); next; next = receive()) messages.push(next);
    isClosing ||= messages.includes('close');
    return awaited(messages.flatMap((message) => (message === 'close' ? [] : message.map(incoming))));
  }

  const receive = (): ToThread<Call> | undefined => port && receiveMessageOnPort(port)?.message;

  port.on('message', (message: ToThread<Call>) => {
    for (let calls = exchange(message); calls.length > 0; calls = exchange()) work.take(calls, { exchange });
    if (!isClosing) return;
    work.close();
    port.close();
  });
}

/** Why a piece of work failed, in words: errors do not travel between threads as they are. */
function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
