import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isGone, newHolder } from '../../src/events/holder.ts';

/** More than any Linux gives: https://man7.org/linux/man-pages/man5/proc_sys_kernel.5.html */
const NO_PROCESS = 4_194_305;

test('a process that is no more is told from one that lives, on this machine', () => {
  const { name, forget } = newHolder();
  expect(isGone(name)).toBe(false);
  expect(isGone(name.replace(/^\d+/, String(process.ppid)))).toBe(false);
  expect(isGone(name.replace(/^\d+/, String(NO_PROCESS)))).toBe(true);
  // It had the number that this process has now.
  forget();
  expect(isGone(name)).toBe(true);
});

test('of a container with the same name of its host nobody knows: each has a process of any number', () => {
  const { name, forget } = newHolder();
  forget();
  const elsewhere = name.replace(/pid:\[\d+\]$/, 'pid:[1]');
  expect(elsewhere).not.toBe(name);
  expect(isGone(elsewhere)).toBe(false);
  expect(isGone(elsewhere.replace(/^\d+/, String(NO_PROCESS)))).toBe(false);
});

test('of the machine before it was started again nobody knows either: its processes had any number', () => {
  const { name, forget } = newHolder();
  forget();
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  const earlier = name.replace(boot, '00000000-0000-4000-8000-000000000000');
  expect(earlier).not.toBe(name);
  expect(isGone(earlier)).toBe(false);
});
