import { once } from 'node:events';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type Posted, type PostedAnswer, threadClockMs } from './posted.ts';

/** A thread that does blocking work beside the event loop. */
export type Thread<Call, Answer> = {
  /**
   * Hands a call in; calls of one turn of the event loop arrive together. Rejects where the work failed, too many calls wait, or it
   * takes too long: what was begun then may still be done.
   */
  call(call: Call): Promise<Answer>;
  /** Lets all that was handed in be done, and ends the thread. Calls are refused from then on. */
  close(): Promise<void>;
};

/** What runs in the thread, and how much may wait for it. */
export type ThreadOptions = {
  /** The thread's module. */
  readonly module: URL;
  /** What it finds in `workerData`. */
  readonly settings: object;
  /** How long a call may wait before it fails. */
  readonly waitMs: number;
  /** How many calls may wait at once. */
  readonly mostWaiting: number;
};

type Waiting<Answer> = {
  readonly untilMs: number;
  readonly done: (answer: Answer) => void;
  readonly failed: (reason: Error) => void;
};

/** How long a thread may take to end before it is ended. */
const LONGEST_GOODBYE_MS = 5_000;

/** A module that lies beside the one that asks, as TypeScript from sources and as JavaScript when it was built. */
export function moduleBeside(importer: string, name: string): URL {
  return new URL(`./${name}${extname(importer)}`, importer);
}

/** Starts with its first call, and anew where it died. An idle thread keeps no process alive. */
export function createThread<Call, Answer>(options: ThreadOptions): Thread<Call, Answer> {
  const waiting = new Map<number, Waiting<Answer>>();
  let worker: Worker | undefined;
  let unsent: Posted<Call>[] = [];
  let ids = 0;
  let timer: NodeJS.Timeout | undefined;
  let closing: Promise<void> | undefined;

  function start(): Worker {
    const { module, settings } = options;
    // Neither the flags nor the variables of the process, since secrets stand among them: only where compiled modules are kept.
    const { NODE_COMPILE_CACHE } = process.env;
    const env = NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE };
    const started = new Worker(module, { workerData: settings, execArgv: [], env });
    started.on('message', (answers: readonly PostedAnswer<Answer>[]) => {
      for (const answered of answers) settle(answered);
    });
    started.on('error', (error) => leave(started, error.message));
    started.on('exit', () => leave(started, 'its thread ended'));
    return started;
  }

  function settle(answered: PostedAnswer<Answer>): void {
    const call = waiting.get(answered.id);
    waiting.delete(answered.id);
    if (waiting.size === 0 && !closing) worker?.unref();
    if ('reason' in answered) call?.failed(new Error(answered.reason));
    else call?.done(answered.answer);
  }

  function leave(left: Worker, reason: string): void {
    if (worker !== left) return;
    worker = undefined;
    unsent = [];
    for (const id of [...waiting.keys()]) settle({ id, reason });
  }

  function send(): void {
    const calls = unsent;
    unsent = [];
    if (calls.length === 0) return;
    try {
      worker ??= start();
      worker.ref();
      worker.postMessage(calls);
    } catch (error) {
      for (const { id } of calls) settle({ id, reason: String(error) });
    }
  }

  /** Gives up those that waited too long. They stay counted until the thread has answered: it may be stuck with them. */
  function giveUp(): void {
    timer = undefined;
    const nowMs = threadClockMs();
    for (const { untilMs, failed } of waiting.values()) {
      if (untilMs > nowMs) {
        watch(untilMs - nowMs);
        break;
      }
      failed(new Error('it took too long'));
    }
  }

  function watch(leftMs: number): void {
    if (timer === undefined) timer = setTimeout(giveUp, leftMs).unref();
  }

  async function end(): Promise<void> {
    send();
    if (!worker) return;
    const ending = worker;
    ending.ref();
    const over = once(ending, 'exit');
    ending.postMessage('close');
    const late = setTimeout(() => void ending.terminate(), LONGEST_GOODBYE_MS);
    await over.finally(() => clearTimeout(late)).catch(() => undefined);
  }

  return {
    call(call) {
      if (closing) return Promise.reject(new Error('it was closed'));
      if (waiting.size >= options.mostWaiting)
        return Promise.reject(new Error(`${waiting.size} calls wait for it already`));
      return new Promise<Answer>((done, failed) => {
        const id = ++ids;
        const untilMs = threadClockMs() + options.waitMs;
        waiting.set(id, { untilMs, done, failed });
        if (unsent.push({ id, untilMs, call }) === 1) setImmediate(send);
        watch(options.waitMs);
      });
    },
    close() {
      closing ??= end();
      return closing;
    },
  };
}
