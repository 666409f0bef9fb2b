import { afterAll, describe, expect, it } from 'vitest';
import { openJsonServer } from '../../bench/real/json-server.ts';
import { walk } from '../../bench/real/walk.ts';

const system = await openJsonServer();
const rows = await walk('json-server', system);
afterAll(() => system.stop());

describe('json-server behind the gateway', () => {
  it('is walked through', () => {
    expect(rows.filter(({ part }) => part === 'works').length).toBeGreaterThan(10);
    expect(rows.filter(({ part }) => part === 'story')).toHaveLength(3);
    expect(rows.filter(({ part }) => part === 'door').length).toBeGreaterThan(15);
  });

  it.each(rows.filter(({ part }) => part === 'works'))('does what no rule is about: $what', ({ note }) => {
    expect(note).toBe('');
  });

  it.each(rows.filter(({ part }) => part === 'story'))('goes the whole way of a guarded save: $what', ({
    ok,
    note,
  }) => {
    expect({ ok, note }).toMatchObject({ ok: true });
  });

  it.each(rows.filter(({ part }) => part === 'door'))('stores nothing without a code by this door: $what', ({
    ok,
    note,
  }) => {
    expect({ ok, note }).toMatchObject({ ok: true });
  });
});
