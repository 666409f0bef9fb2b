import { describe, expect, it } from 'vitest';
import { createCodeHasher } from '../../src/system/hasher.ts';
import { createSemaphore } from '../../src/system/semaphore.ts';

const OLD = 'an old secret of more than thirty-two bytes';
const NEW = 'a new secret of more than thirty-two bytes!';
const cheap = { timeCost: 2, memoryKiB: 64 };
const hasherOf = (...secrets: string[]) => createCodeHasher({ secrets, ...cheap });

describe('a verifier', () => {
  it('matches its code in its context only', async () => {
    const hasher = hasherOf(NEW);
    const verifier = await hasher.hash('123456', 'rule 7, record 45');
    expect(await hasher.matches(verifier, '123456', 'rule 7, record 45')).toBe(true);
    expect(await hasher.matches(verifier, '123457', 'rule 7, record 45')).toBe(false);
    expect(await hasher.matches(verifier, '', 'rule 7, record 45')).toBe(false);
    expect(await hasher.matches(verifier, '123456', 'rule 7, record 46')).toBe(false);
    expect(await hasher.matches(verifier, '23456', 'rule 7, record 451')).toBe(false);
  });

  it('is made with the cost that stands in the defaults', async () => {
    const byDefault = createCodeHasher({ secrets: [NEW] });
    const verifier = await byDefault.hash('123456', 'c');
    const named = createCodeHasher({ secrets: [NEW], timeCost: 2, memoryKiB: 19 * 1024 });
    expect(await named.matches(verifier, '123456', 'c')).toBe(true);
    expect(await hasherOf(NEW).matches(verifier, '123456', 'c')).toBe(false);
  });

  it('is another one each time and holds neither code nor context', async () => {
    const hasher = hasherOf(NEW);
    const [one, two] = [await hasher.hash('123456', 'ctx'), await hasher.hash('123456', 'ctx')];
    expect(one).toMatch(/^v1\$[\w-]{8}\$[\w-]{22}\$[\w-]{43}$/);
    expect(one).not.toBe(two);
    expect(one).not.toContain('123456');
  });

  it('says nothing without the secret', async () => {
    const verifier = await hasherOf(OLD).hash('123456', 'c');
    expect(await hasherOf(NEW).matches(verifier, '123456', 'c')).toBe(false);
    // Not even to someone who puts the name of the own key on it.
    const keyId = (await hasherOf(NEW).hash('1', 'c')).split('$')[1];
    const relabelled = verifier.replace(/^v1\$[^$]+/, `v1$${keyId}`);
    expect(await hasherOf(NEW).matches(relabelled, '123456', 'c')).toBe(false);
  });

  it('outlives the rotation of the secret, and new ones are made with the new secret', async () => {
    const verifier = await hasherOf(OLD).hash('123456', 'c');
    const rotating = hasherOf(NEW, OLD);
    expect(await rotating.matches(verifier, '123456', 'c')).toBe(true);
    expect(await rotating.matches(verifier, '123450', 'c')).toBe(false);
    const later = await rotating.hash('123456', 'c');
    expect(await hasherOf(NEW).matches(later, '123456', 'c')).toBe(true);
  });

  it.each([
    '',
    'v1',
    'v2$abcdefgh$aaaaaaaaaaaaaaaaaaaaaa$b',
    '$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA',
    'v1$$$',
  ])('that is none, %j, matches nothing', async (verifier) => {
    expect(await hasherOf(NEW).matches(verifier, '123456', 'c')).toBe(false);
  });
});

describe('a secret', () => {
  it.each([[[]], [['']], [['x'.repeat(31)]], [[NEW, 'short']]])('list %j is refused', (secrets) => {
    expect(() => createCodeHasher({ secrets })).toThrow(expect.objectContaining({ code: 'config-invalid' }));
  });

  it('is counted in bytes, and never shown', () => {
    expect(() => createCodeHasher({ secrets: ['é'.repeat(16)] })).not.toThrow();
    expect(() => createCodeHasher({ secrets: ['hunter2'] })).toThrow(/^(?!.*hunter2)/);
  });
});

describe('hashing', () => {
  it('is refused beyond the queue, and goes on after that', async () => {
    const hasher = createCodeHasher({ secrets: [NEW], concurrency: 2, queue: 3, ...cheap });
    const results = await Promise.allSettled(Array.from({ length: 9 }, () => hasher.hash('123456', 'c')));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
    for (const result of results.filter(({ status }) => status === 'rejected')) {
      expect(result).toMatchObject({ reason: { name: 'CountersignError', code: 'hashing-busy' } });
    }
    expect(await hasher.matches(await hasher.hash('1', 'c'), '1', 'c')).toBe(true);
  });

  it('never runs more at once than it may, and takes turns in order', async () => {
    const semaphore = createSemaphore(2, 100);
    const ended: number[] = [];
    let running = 0;
    let most = 0;
    const task = (index: number) => async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      ended.push(index);
      if (index % 3 === 0) throw new Error('a task failed');
    };
    const wave = () =>
      Promise.allSettled(Array.from({ length: 30 }, (_, index) => semaphore.run(task(index))));
    await wave();
    // The second wave finds the places as the first one left them, failed tasks and all.
    await wave();
    expect(most).toBe(2);
    const inOrder = Array.from({ length: 30 }, (_, index) => index);
    expect(ended).toEqual([...inOrder, ...inOrder]);
  });
});
