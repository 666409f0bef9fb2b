import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

type Said = {
  readonly id?: number;
  readonly error?: string;
  readonly message?: string;
  readonly result?: unknown;
};

/** A page in a stock Firefox. */
export type FirefoxPage = {
  goto(url: string): Promise<void>;
  /** Runs an expression, waits for it, and gives its text. */
  run(expression: string): Promise<string>;
  /** Presses keys, one after the other. */
  press(...keys: readonly string[]): Promise<void>;
  stop(): Promise<void>;
};

/** The Firefox of this machine, where it has one. */
export function findFirefox(): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .flatMap((place) => [join(place, 'firefox-esr'), join(place, 'firefox')])
    .find(existsSync);
}

/** Starts a Firefox without a window, and speaks WebDriver BiDi with it. https://w3c.github.io/webdriver-bidi/ */
export async function startFirefox(program: string): Promise<FirefoxPage> {
  const profile = mkdtempSync(join(tmpdir(), 'countersign-firefox-'));
  const words = ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0'];
  const browser = spawn(program, words, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, HOME: profile },
  });
  const gone = new Promise<void>((resolve) => browser.once('close', () => resolve()));
  const socket = new WebSocket(`${await addressOf(browser)}/session`);
  await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
  const waiting = new Map<number, (said: Said) => void>();
  socket.addEventListener('message', ({ data }) => {
    const said = JSON.parse(String(data)) as Said;
    if (said.id !== undefined) waiting.get(said.id)?.(said);
  });
  const send = async <T>(method: string, params: object = {}): Promise<T> => {
    const id = waiting.size + 1;
    const said = await new Promise<Said>((resolve) => {
      waiting.set(id, resolve);
      socket.send(JSON.stringify({ id, method, params }));
    });
    if (said.error) throw new Error(`${method}: ${said.message}`);
    return said.result as T;
  };
  await send('session.new', { capabilities: {} });
  const { contexts } = await send<{ contexts: readonly { context: string }[] }>('browsingContext.getTree');
  const context = contexts[0]?.context;
  return {
    goto: async (url) => void (await send('browsingContext.navigate', { context, url, wait: 'complete' })),
    async run(expression) {
      const target = { context };
      const said = await send<{ result?: { value?: string }; exceptionDetails?: { text: string } }>(
        'script.evaluate',
        { expression, target, awaitPromise: true },
      );
      if (said.exceptionDetails) throw new Error(said.exceptionDetails.text);
      return said.result?.value ?? '';
    },
    async press(...keys) {
      const actions = keys.flatMap((value) => ['keyDown', 'keyUp'].map((type) => ({ type, value })));
      await send('input.performActions', { context, actions: [{ type: 'key', id: 'keys', actions }] });
    },
    async stop() {
      await send('browser.close').catch(() => browser.kill());
      await gone;
      rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** Where it listens: it says so on its error output. */
function addressOf({ stderr }: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    stderr?.on('data', (piece: Buffer) => {
      text += piece.toString();
      const [, address] = /BiDi listening on (ws:\/\/\S+)/.exec(text) ?? [];
      if (address) resolve(address);
    });
    stderr?.once('close', () => reject(new Error(text)));
  });
}
