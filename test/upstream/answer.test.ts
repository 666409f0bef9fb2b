import { describe, expect, it } from 'vitest';
import { Answer } from '../../src/upstream/answer.ts';

const piece = (text: string) => Buffer.from(text);
const HEADERS = [Buffer.from('X-A'), Buffer.from('1')];

/** An answer with a way to the CRM that only remembers what it is told. */
function answering() {
  const told: string[] = [];
  const controller = {
    rawHeaders: HEADERS,
    abort: () => void told.push('abort'),
    pause: () => void told.push('pause'),
    resume: () => void told.push('resume'),
  };
  const answer = new Answer();
  answer.head.catch(() => undefined);
  const way = controller as unknown as Parameters<Answer['onResponseData']>[0];
  answer.onRequestStart(way);
  return { answer, told, way };
}

describe('an answer on its way', () => {
  it('gives its head, its pieces in their order, and which is the last', async () => {
    const { answer, way } = answering();
    answer.onResponseStart(way, 103, {});
    answer.onResponseStart(way, 200, {}, 'Fine');
    expect(await answer.head).toMatchObject({ status: 200, reason: 'Fine', headers: [['X-A', '1']] });
    answer.onResponseData(way, piece('one'));
    answer.onResponseData(way, piece('two'));
    answer.onResponseEnd();
    const taken: unknown[] = [];
    await answer.each((bytes, isLast) => {
      taken.push([String(bytes), isLast]);
      return undefined;
    });
    expect(taken).toEqual([
      ['one', false],
      ['two', true],
    ]);
  });

  it('holds back while nobody takes much of it, and goes on when somebody does', async () => {
    const { answer, told, way } = answering();
    answer.onResponseStart(way, 200, {});
    answer.onResponseData(way, Buffer.alloc(64 * 1024));
    expect(told).toEqual([]);
    answer.onResponseData(way, Buffer.alloc(1));
    expect(told).toEqual(['pause']);
    const over = answer.each(() => undefined);
    expect(told).toEqual(['pause', 'resume']);
    answer.onResponseEnd();
    await over;
  });

  it('holds back while a piece is being taken', async () => {
    const { answer, told, way } = answering();
    const { promise: taken, resolve } = Promise.withResolvers<void>();
    answer.onResponseStart(way, 200, {});
    const over = answer.each(() => taken);
    told.length = 0;
    answer.onResponseData(way, piece('one'));
    expect(told).toEqual(['pause']);
    answer.onResponseEnd();
    resolve();
    await over;
  });

  it('is over for who gives it up, even where all of it has come', async () => {
    const { answer, told, way } = answering();
    answer.onResponseStart(way, 200, {});
    answer.onResponseData(way, piece('one'));
    answer.onResponseEnd();
    const over = answer.each(() => new Promise(() => undefined));
    answer.giveUp();
    await expect(over).rejects.toMatchObject({ kind: 'unwanted' });
    expect(told).not.toContain('abort');
  });

  it('is not whole where a piece could not be taken, even if all of it has come', async () => {
    const { answer, way } = answering();
    answer.onResponseStart(way, 200, {});
    answer.onResponseData(way, piece('one'));
    answer.onResponseData(way, piece('two'));
    answer.onResponseEnd();
    const over = answer.each((bytes) => {
      if (String(bytes) === 'two') throw new RangeError('too large');
      return undefined;
    });
    await expect(over).rejects.toMatchObject({ kind: 'lost' });
  });

  it('tells a cut at once, and the CRM is told where nobody wants it', async () => {
    const cut = answering();
    cut.answer.onResponseStart(cut.way, 200, {});
    cut.answer.onResponseError(undefined, new Error('cut'));
    await expect(cut.answer.each(() => undefined)).rejects.toMatchObject({ kind: 'lost' });

    const left = answering();
    left.answer.giveUp();
    await expect(left.answer.head).rejects.toMatchObject({ kind: 'unwanted' });
    expect(left.told).toContain('abort');
  });

  it('that is given up before there was a connection is aborted as soon as there is one', async () => {
    const told: string[] = [];
    const answer = new Answer();
    answer.head.catch(() => undefined);
    answer.giveUp();
    answer.onRequestStart({ abort: () => void told.push('abort') } as never);
    expect(told).toEqual(['abort']);
    await expect(answer.head).rejects.toMatchObject({ kind: 'unwanted' });
  });
});
