import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { Pace } from '../../src/http/body/pace.ts';
import { until } from '../harness/until.ts';
import { HARMLESS, JSON_TYPE, NOTE, stage } from '../http/stage.ts';

const MEGABYTE = 1024 * 1024;
/** Half of it, compressed: nothing in it comes twice. */
const note = (bytes: number) => JSON.stringify({ notes: randomBytes(bytes / 2).toString('hex') });

describe('a pace', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** When the next bytes may come, in milliseconds from now. */
  async function waitOf(pace: Pace, bytes: number): Promise<number> {
    const start = performance.now();
    const taken = pace.take(bytes);
    if (!taken) return 0;
    await Promise.all([taken, vi.runAllTimersAsync()]);
    return performance.now() - start;
  }

  it('takes so many bytes at once, and the others at its rate', async () => {
    const pace = new Pace(1000, 500);
    vi.advanceTimersByTime(10_000);
    expect(await waitOf(pace, 400)).toBe(0);
    expect(await waitOf(pace, 100)).toBe(0);
    expect(await waitOf(pace, 200)).toBe(200);
    expect(await waitOf(pace, 50)).toBe(50);
  });

  it('has forgotten what was taken after a rest', async () => {
    const pace = new Pace(1000, 500);
    await waitOf(pace, 5000);
    vi.advanceTimersByTime(400);
    expect(await waitOf(pace, 300)).toBe(0);
    expect(await waitOf(pace, 200)).toBe(100);
  });
});

describe('bodies that are larger than what is sent', () => {
  function bytesPaced(): () => number {
    const taken = vi.spyOn(Pace.prototype, 'take');
    onTestFinished(() => taken.mockRestore());
    return () => taken.mock.calls.reduce((all, [bytes]) => all + bytes, 0);
  }

  it('are unpacked at a pace for all of them together, and arrive', async () => {
    const { crm, send } = await stage();
    const paced = bytesPaced();
    const body = note(4 * MEGABYTE);
    const saves = [1, 2, 3].map(() =>
      send(`PUT ${NOTE}`, [JSON_TYPE, 'Content-Encoding: gzip'], gzipSync(body)),
    );
    expect((await Promise.all(saves)).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(crm.saves.map((save) => String(save.body) === body)).toEqual([true, true, true]);
    expect(paced()).toBe(3 * body.length);
  });

  it('are not forwarded before the pace lets their last bytes come', async () => {
    const { crm, send } = await stage();
    const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
    const taken = vi.spyOn(Pace.prototype, 'take').mockReturnValue(held);
    onTestFinished(() => taken.mockRestore());
    const body = note(MEGABYTE);
    const saving = send(`PUT ${NOTE}`, [JSON_TYPE, 'Content-Encoding: gzip'], gzipSync(body));
    await until(() => taken.mock.calls.length > 0);
    // Whatever else there is to do meanwhile is done.
    await send(`PUT ${NOTE}`, [JSON_TYPE], HARMLESS);
    expect(crm.saves.map((save) => String(save.body))).toEqual([HARMLESS]);
    expect(taken).toHaveBeenCalledOnce();
    letGo();
    expect((await saving).status).toBe(200);
    expect(String(crm.saves[1]?.body) === body).toBe(true);
  });

  it('wait for none of it where they come as they are', async () => {
    const { crm, send } = await stage();
    const paced = bytesPaced();
    const body = note(4 * MEGABYTE);
    expect((await send(`PUT ${NOTE}`, [JSON_TYPE], body)).status).toBe(200);
    expect(String(crm.saves[0]?.body) === body).toBe(true);
    expect(paced()).toBe(0);
  });
});
