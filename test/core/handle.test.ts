import { expect, test } from 'vitest';
import { readHandle, writeHandle } from '../../src/core/saving/handle.ts';

const NAME = 'a'.repeat(43);
const handleOf = (record: string | undefined) => ({
  asked: { name: NAME, record },
  endsAt: 1_795_000_000_000,
});

test.each([
  [undefined],
  ['p1'],
  ['=x= y\nz'],
  ['17x4'],
  ['id with ünïcode 𝛑'],
  ['1'.repeat(180)],
])('the handle of %j reads as it was written, and has the length of any other', (record) => {
  const text = writeHandle(handleOf(record));
  expect(text).toHaveLength(writeHandle(handleOf(undefined))?.length ?? 0);
  expect(text).toMatch(/^[\x20-\x7e]+$/);
  expect(readHandle(text ?? '')).toEqual(handleOf(record));
});

test.each([['1'.repeat(182)], ['é'.repeat(100)], ['\ud800']])('an id like %j has no handle', (record) => {
  expect(writeHandle(handleOf(record))).toBeUndefined();
});

test.each([[''], ['x'], [`1 ${NAME}`], [`1 ${NAME} x`], ['1 ! =p1']])('%j is none', (text) => {
  expect(readHandle(text)).toBeUndefined();
});
