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

  test('explains its options, and refuses those that it does not know', async () => {
    const helpful = await startDemo('--help');
    expect(await helpful.exit).toBe(0);
    expect(helpful.output).toContain('--once');
    const refusing = await startDemo('--prot', '1');
    expect(await refusing.exit).toBe(1);
    expect(refusing.output).toContain('--prot');
  });
});
