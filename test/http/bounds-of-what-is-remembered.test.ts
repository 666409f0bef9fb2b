import { expect, test, vi } from 'vitest';
import { createWaits } from '../../src/gate/people/waits.ts';
import { createUploads } from '../../src/http/request/uploads.ts';
import { createWrongTokens } from '../../src/http/request/wrong-tokens.ts';

/* What is remembered of callers is bounded, however many addresses and names there are. */

test('where wrong tokens come from more than a thousand addresses, nobody is listened to in that minute', () => {
  let now = 0;
  const wrong = createWrongTokens({ now: () => now });
  for (let index = 0; index < 1000; index++) wrong.count(`address ${index}`);
  // Honest: up to then, who sent none is listened to.
  expect(wrong.isFull('another')).toBe(false);
  wrong.count('one more');
  expect(wrong.isFull('another')).toBe(true);
  now = 60_000;
  expect(wrong.isFull('another')).toBe(false);
});

test.each([
  [1, 10],
  [4, 3],
  [64, 1],
])('of %i workers each listens to a share of ten wrong tokens, %i', (workers, share) => {
  const wrong = createWrongTokens({ now: () => 0 }, workers);
  for (let nth = 0; nth < share; nth++) {
    expect(wrong.isFull('there')).toBe(false);
    wrong.count('there');
  }
  expect(wrong.isFull('there')).toBe(true);
});

test('callers with verified names wait up to the bound for all, and one who leaves makes room', () => {
  const waits = createWaits({ all: 3, place: 1, caller: 2 });
  const begin = (user: string) =>
    waits.begin({ principal: () => user, caller: { user, ip: '192.0.2.7' } as never });
  const leave = begin('ann');
  expect([begin('bob'), begin('eve')].every(Boolean)).toBe(true);
  expect(begin('ron')).toBeUndefined();
  leave?.();
  expect(begin('ron')).toBeDefined();
});

test('an upload that is over is forgotten', () => {
  const uploads = createUploads({ warn: vi.fn() } as never);
  const upload = () => ({
    ...{ request: { complete: false }, response: { destroy: vi.fn() } },
    ...{ target: { path: '/files' }, origin: { requestId: '1' } },
  });
  const [over, open] = [upload(), upload()];
  const [leave] = [over, open].map((one) => uploads.begin(one as never));
  leave?.();
  const asked: unknown[] = [];
  uploads.close((one) => asked.push(one) === 0);
  expect(asked).toEqual([open]);
  expect([over, open].map(({ response }) => response.destroy.mock.calls.length)).toEqual([0, 1]);
});
