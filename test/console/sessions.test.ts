import { expect, test } from 'vitest';
import { createSessions } from '../../src/http/console/sessions.ts';

test('a session that is closed stays so, however many are closed that are none', () => {
  const sessions = createSessions('the token', { now: () => 0 });
  const [closed, open] = [sessions.open(), sessions.open()];
  sessions.close(closed);
  for (let index = 0; index < 20_000; index++) sessions.close(`none-${index}`);
  expect([sessions.isOpen(closed), sessions.isOpen(open)]).toEqual([false, true]);
});

test('a session has one spelling', () => {
  const sessions = createSessions('the token', { now: () => 0 });
  const session = sessions.open();
  for (const other of [`${session}.`, `${session}.x`, `.${session}`, ` ${session}`, session.toUpperCase()])
    expect(sessions.isOpen(other)).toBe(false);
  expect(sessions.isOpen(session)).toBe(true);
});
