import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { DemoProcess } from './demo-process.ts';

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function startDemo(...options: string[]): Promise<DemoProcess> {
  const demo = await DemoProcess.start(...options);
  cleanUps.push(() => demo.stop());
  return demo;
}

/** The verdicts that its console shows to who has the token that it says. */
async function decisionsOf({ output }: DemoProcess): Promise<readonly string[]> {
  const [, url, token] = /(http:\S+\/console\/) \(token (\S+)\)/.exec(output) ?? [];
  expect((await fetch(`${url}api/decisions`)).status).toBe(401);
  const answer = await fetch(`${url}api/decisions`, { headers: { authorization: `Bearer ${token}` } });
  const { decisions } = (await answer.json()) as { readonly decisions: { readonly verdict: string }[] };
  return decisions.map(({ verdict }) => verdict);
}

/** Two ports next to each other that are taken until the test ends. */
async function takeTwoPorts(): Promise<number> {
  const listen = (port: number) =>
    new Promise<{ server: Server; port: number } | undefined>((resolve) => {
      const server = createServer();
      server.once('error', () => resolve(undefined));
      server.listen(port, '127.0.0.1', () => {
        const address = server.address();
        resolve({ server, port: typeof address === 'object' && address ? address.port : 0 });
      });
    });
  for (;;) {
    const first = await listen(0);
    const second = first && first.port < 65_000 ? await listen(first.port + 1) : undefined;
    for (const taken of [first, second]) cleanUps.push(async () => void taken?.server.close());
    if (first && second) return first.port;
  }
}

describe('the demo in the terminal', { timeout: 240_000 }, () => {
  test('tells each step of the story once and ends', async () => {
    const demo = await startDemo('--once', '--port', '0');
    expect(await demo.exit, demo.output).toBe(0);
    const answers = [...demo.output.matchAll(/^(\d)\. |gateway {2}<- (\d{3})/gm)].map(
      ([, step, status]) => step ?? status,
    );
    expect(answers).toEqual('1 200 2 200 3 428 4 5 403 6 200 7 200 409 8 428'.split(' '));
    expect(demo.output).toContain('a mail to carla@customer.test');
    expect(demo.output).toContain('a mail to dora@customer.test');
    expect(demo.output).toContain('"attempts_remaining": 2');
    expect(demo.output).toMatch(/^[\n\x20-\x7e]+$/);
    expect(await demo.leftovers()).toEqual([]);
  });

  test('steps around ports that are taken', async () => {
    const taken = await takeTwoPorts();
    const demo = await startDemo('--port', String(taken));
    const page = Number(new URL(await demo.pageUrl()).port);
    const gateway = Number(/countersign http:\S+:(\d+)/.exec(demo.output)?.[1]);
    expect(page).toBeGreaterThan(taken + 1);
    expect(gateway).toBeGreaterThan(page);
    expect((await fetch(await demo.pageUrl())).status).toBe(200);
    expect(await decisionsOf(demo)).toEqual(expect.arrayContaining(['countersigned', 'otp-used']));
  });

  test('Ctrl-C leaves no process and no file behind', async () => {
    const demo = await startDemo('--port', '0');
    await demo.pageUrl();
    expect(await demo.leftovers()).toHaveLength(1);
    demo.pressControlC();
    expect(await demo.exit, demo.output).toBe(0);
    expect(demo.runs()).toBe(false);
    expect(await demo.leftovers()).toEqual([]);
  });

  test('explains its options, and refuses those that it does not know', async () => {
    const helpful = await startDemo('--help');
    expect(await helpful.exit).toBe(0);
    expect(helpful.output).toContain('--once');
    const refusing = await startDemo('--prot', '1');
    expect(await refusing.exit).toBe(1);
    expect(refusing.output).toContain('--prot');
  });
});
