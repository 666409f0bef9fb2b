import { expect, test } from 'vitest';
import { fold, foldName } from '../../src/core/likeness/fold.ts';
import { mayBecome } from '../../src/core/likeness/likeness.ts';
import { resembles } from '../../src/core/likeness/resemblance.ts';
import { holdsParameter } from '../../src/core/wire/parameter.ts';
import { readPartHead } from '../../src/core/wire/part-head.ts';
import { readForm } from '../../src/core/wire/read-form.ts';
import { readJson } from '../../src/core/wire/read-json.ts';

/*
 * Each of these took minutes or hours, in which nobody was served: work that grows with the square of a length. A run that does not
 * end is stopped by the runner.
 */
const MARKS = `a${'\u0301\u0323'.repeat(1_000_000)}`;

test('runs of marks are not sorted', () => {
  expect(fold(MARKS.slice(0, 16_000))).toBe('a');
  expect(mayBecome(MARKS.slice(0, 16_000), 'Delivered')).toBe(false);
  expect(holdsParameter(`${MARKS}OTPRULES_OTP_7`)).toBe(true);
});

test('brackets that close late are not sought from each of those that open', () => {
  expect(resembles(`${'['.repeat(1_000_000)}]`, 'status')).toBe(false);
  expect(resembles('ticket[status', foldName('ticket_status'))).toBe(true);
});

test('blanks within a header of a part are passed once', () => {
  const head = `Content-Disposition: form-data; name="a"; filename="a${' '.repeat(400_000)}x"`;
  expect(readPartHead(head).ok).toBe(true);
});

test('blanks at the end of a header of a part are dropped', () => {
  expect(readPartHead('Content-Disposition: form-data; name="a" \t')).toMatchObject({
    value: { name: 'a', head: 'Content-Disposition: form-data; name="a"' },
  });
});

test('a value that can be cut in thousands of places may be anything', () => {
  expect(mayBecome('·  '.repeat(5000), 'Delivered')).toBe(true);
  expect(mayBecome('·  '.repeat(300), 'Delivered')).toBe(false);
  expect(mayBecome(' '.repeat(16_000), 'Delivered')).toBe(false);
});

test('what does not print hides nothing behind what is read', () => {
  expect(mayBecome(`${'\u200b'.repeat(200_000)}Delivered`, 'Delivered')).toBe(true);
});

test('names of more than a thousand characters are refused', () => {
  const name = 'n'.repeat(1100);
  expect(readForm(Buffer.from(`${name}=1`)).ok).toBe(false);
  expect(readJson(Buffer.from(JSON.stringify({ [name]: 1 }))).ok).toBe(false);
});
