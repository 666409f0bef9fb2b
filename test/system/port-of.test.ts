import { expect, test } from 'vitest';
import { portOf } from '../../src/system/port-of.ts';

type Port = { readonly name: string; clean?(line: string): string };

test('a port around another one has all of its members, and those that are left out are not there', () => {
  const clean = (line: string) => line.trim();
  expect(portOf<Port>({ name: 'a', clean })).toEqual({ name: 'a', clean });
  expect(Object.keys(portOf<Port>({ name: 'a', clean: undefined }))).toEqual(['name']);
  // @ts-expect-error: a member that may be left out is forgotten
  portOf<Port>({ name: 'a' });
});
