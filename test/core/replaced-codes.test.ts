import { expect, it } from 'vitest';
import type { Code, CodeState } from '../../src/core/ledger/row.ts';
import { earlierOf, replacedBy } from '../../src/core/ledger/sends.ts';
import { anIssued, START } from './a-row.ts';

const aCode = (id: string, state: CodeState, change: Partial<Code> = {}): Code => {
  const { code } = anIssued();
  if (!code) throw new Error('there is no code');
  return { ...code, id, state, askedBy: `asker of ${id}`, ...change };
};
const living: CodeState = { kind: 'living' };
const declined: CodeState = { kind: 'declined', until: START + 1 };
const askers = (code: Code, now = START) => replacedBy({ earlier: earlierOf(code, now) }).map(({ by }) => by);

it('who asked for a code that lived until it was replaced is known', () => {
  expect(askers(aCode('c1', living))).toEqual(['asker of c1']);
  expect(askers(aCode('c2', living, { earlier: earlierOf(aCode('c1', living), START) }))).toEqual([
    'asker of c2',
    'asker of c1',
  ]);
});

it('a code that was declined, or was over, was replaced by nobody', () => {
  expect(askers(aCode('c1', declined))).toEqual([]);
  expect(askers(aCode('c1', living), aCode('c1', living).expiresAt)).toEqual([]);
});

it('what was replaced before a code was used counts no more', () => {
  const first = earlierOf(aCode('c1', living), START);
  const used = { ...first[0], id: 'c2', verifier: 'v', bindingDigest: 'd', fate: 'used' } as const;
  const { asked: _, ...ofUsed } = used;
  expect(replacedBy({ earlier: [ofUsed, ...first] })).toEqual([]);
  expect(askers(aCode('c3', living, { earlier: [ofUsed, ...first] }))).toEqual(['asker of c3']);
});
