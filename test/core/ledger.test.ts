import { describe, expect, it } from 'vitest';
import {
  attemptsLeft,
  type CodeState,
  emptyRow,
  type Row,
  resendsLeft,
  sendAllowedAt,
  standingOf,
} from '../../src/core/ledger/row.ts';
import * as sends from '../../src/core/ledger/sends.ts';
import * as steps from '../../src/core/ledger/spending.ts';
import { NOT_TAKEN } from '../../src/core/ledger/step.ts';
import { usedOf } from '../../src/core/ledger/window.ts';
import { anIssued, freshCode, MINUTE, policy, START, taken } from './a-row.ts';

const ANSWER_MS = 30_000;
const now = START + 1000;

function rowIn(state: CodeState, change: Partial<Row> = {}): Row {
  const row = anIssued();
  return { ...row, ...change, code: row.code && { ...row.code, state } };
}

const claimed = { kind: 'claimed', save: 's1', until: START + 31_000 } as const;
const spent = (used: number) => ({ attempts: { used, since: START } });

describe('the standing of a row', () => {
  it.each<[string, Row, number, string]>([
    ['no code', emptyRow('k'), now, 'none'],
    ['a living code', anIssued(), now, 'living'],
    ['its last moment', anIssued(), START + 5 * MINUTE - 1, 'living'],
    ['its end', anIssued(), START + 5 * MINUTE, 'expired'],
    ['a claim', rowIn(claimed), now, 'in-progress'],
    ['a claim that outlived its answer', rowIn(claimed), claimed.until, 'held'],
    ['a claim of an expired code that outlived its answer', rowIn(claimed), START + 5 * MINUTE, 'expired'],
    ['a held code', rowIn({ kind: 'held', save: 's1' }), now, 'held'],
    ['a used code', rowIn({ kind: 'used', save: 's1', at: now }), now, 'used'],
    [
      'a used code, a day later',
      rowIn({ kind: 'used', save: 's1', at: now }),
      START + 24 * 60 * MINUTE,
      'used',
    ],
    ['a used code without attempts', rowIn({ kind: 'used', save: 's1', at: now }, spent(3)), now, 'used'],
    ['no attempts', rowIn({ kind: 'living' }, spent(3)), now, 'exhausted'],
    ['no attempts for a held code', rowIn({ kind: 'held', save: 's1' }, spent(3)), now, 'exhausted'],
    ['no attempts and expired', rowIn({ kind: 'living' }, spent(3)), START + 6 * MINUTE, 'exhausted'],
    ['no attempts during a claim', rowIn(claimed, spent(3)), now, 'in-progress'],
    [
      'a killed code when the window is over',
      rowIn({ kind: 'exhausted', save: null }, spent(3)),
      START + 15 * MINUTE,
      'expired',
    ],
    ['a code that no channel took', rowIn({ kind: 'undelivered' }), now, 'none'],
  ])('%s', (_what, row, at, standing) => {
    expect(standingOf(row, at)).toBe(standing);
  });
});

describe('issue', () => {
  it('stores a living code, counts the send and touches no attempt', () => {
    const row = taken(sends.issue({ ...emptyRow('k'), ...spent(2) }, START, freshCode('c1')));
    expect(row).toMatchObject({
      version: 1,
      attempts: { used: 2, since: START },
      sends: { used: 1, since: START, lastAt: START },
      code: {
        id: 'c1',
        state: { kind: 'living' },
        issuedAt: START,
        expiresAt: START + 5 * MINUTE,
        returns: 0,
        earlier: [],
      },
    });
    expect(row.purgeAt).toBeGreaterThan(START + 15 * MINUTE);
  });

  it.each<[string, Row, number, string]>([
    ['during a claim', rowIn(claimed), now, 'in-progress'],
    ['without attempts', rowIn({ kind: 'living' }, spent(3)), START + 2 * MINUTE, 'exhausted'],
    ['without attempts and without a code', { ...emptyRow('k'), ...spent(3) }, now, 'exhausted'],
    [
      'without attempts after a used code',
      rowIn({ kind: 'used', save: 's1', at: now }, spent(3)),
      START + 2 * MINUTE,
      'exhausted',
    ],
    ['within the cool-down', anIssued(), START + 29_999, 'limited'],
    [
      'when the resends are used up',
      rowIn({ kind: 'living' }, { sends: { used: 4, since: START, lastAt: START } }),
      START + 59 * MINUTE,
      'limited',
    ],
  ])('is refused %s', (_what, row, at, reason) => {
    expect(sends.issue(row, at, freshCode('c2'))).toEqual({ ok: false, reason });
  });

  it('is refused where a stricter policy has no attempt left', () => {
    const strict = { ...policy, maxAttempts: 2 };
    expect(
      sends.issue({ ...anIssued(), ...spent(2) }, START + MINUTE, freshCode('c2', { policy: strict })),
    ).toEqual({ ok: false, reason: 'exhausted' });
  });

  it.each<[string, CodeState, string]>([
    ['a living code', { kind: 'living' }, 'superseded'],
    ['a held code', { kind: 'held', save: 's1' }, 'superseded'],
    ['a used code', { kind: 'used', save: 's1', at: now }, 'used'],
  ])('remembers %s', (_what, state, fate) => {
    const row = taken(sends.issue(rowIn(state), START + MINUTE, freshCode('c2')));
    expect(row.code).toMatchObject({
      id: 'c2',
      earlier: [{ id: 'c1', verifier: 'verifier of c1', bindingDigest: 'd', fate }],
    });
  });

  it('remembers three codes, the newest first', () => {
    let row = anIssued();
    for (const [index, id] of ['c2', 'c3', 'c4', 'c5'].entries()) {
      row = taken(
        sends.issue(
          { ...row, sends: { used: 0, since: 0, lastAt: 0 } },
          START + (index + 1) * MINUTE,
          freshCode(id),
        ),
      );
    }
    expect(row.code?.earlier.map(({ id }) => id)).toEqual(['c4', 'c3', 'c2']);
  });

  it('is possible again when the windows are over', () => {
    const used = rowIn(
      { kind: 'exhausted', save: null },
      { ...spent(3), sends: { used: 4, since: START, lastAt: START } },
    );
    expect(taken(sends.issue(used, START + 60 * MINUTE, freshCode('c2'))).sends).toEqual({
      used: 1,
      since: START + 60 * MINUTE,
      lastAt: START + 60 * MINUTE,
    });
  });
});

describe('sends', () => {
  it('a repeated send counts and prolongs nothing', () => {
    const row = taken(sends.repeat(anIssued(), START + MINUTE, { codeId: 'c1' }));
    expect(row).toMatchObject({
      sends: { used: 2, since: START, lastAt: START + MINUTE },
      code: { expiresAt: START + 5 * MINUTE },
    });
  });

  it.each<[string, Row, number, string]>([
    ['another code', rowIn({ kind: 'living' }), START + MINUTE, 'c0'],
    ['a used one', rowIn({ kind: 'used', save: 's1', at: now }), START + MINUTE, 'c1'],
    ['an expired one', anIssued(), START + 6 * MINUTE, 'c1'],
    ['one that no channel took', rowIn({ kind: 'undelivered' }), START + MINUTE, 'c1'],
    ['one within the cool-down', anIssued(), now, 'c1'],
  ])('%s is not repeated', (_what, row, at, id) => {
    expect(sends.repeat(row, at, { codeId: id })).toEqual({ ok: false, reason: 'limited' });
  });

  it('what no channel took does not live, and its send is given back', () => {
    const row = taken(sends.undeliver({ ...anIssued(), ...spent(1) }, now, { codeId: 'c1' }));
    expect(row).toMatchObject({
      sends: { used: 0, lastAt: 0 },
      attempts: { used: 1 },
      code: { state: { kind: 'undelivered' } },
    });
    expect(steps.charge(row, now, { codeId: 'c1' })).toBe(NOT_TAKEN);
    expect(
      steps.redeem(row, now, { codeId: 'c1', save: 's1', answerWithinMs: ANSWER_MS, since: START }),
    ).toBe(NOT_TAKEN);
    expect(sends.issue(row, now, freshCode('c2')).ok).toBe(true);
  });

  it.each<CodeState>([
    claimed,
    { kind: 'used', save: 's1', at: now },
    { kind: 'held', save: 's1' },
  ])('a late failure of the send leaves a code that is %j', (state) => {
    expect(taken(sends.undeliver(rowIn(state), now, { codeId: 'c1' })).code?.state).toEqual(state);
  });

  it('a repeated send that failed is given back', () => {
    const row = taken(sends.repeat(anIssued(), START + MINUTE, { codeId: 'c1' }));
    expect(taken(sends.returnSend(row, START + MINUTE, { codeId: 'c1' }))).toMatchObject({
      sends: { used: 1, lastAt: 0 },
      code: { state: { kind: 'living' } },
    });
  });

  it('the next recipient has the same code', () => {
    const recipient = { channel: 'email', fingerprint: 'g', masked: '***' };
    expect(taken(sends.readdress(anIssued(), now, { codeId: 'c1', recipient })).code).toEqual({
      ...anIssued().code,
      recipient,
    });
  });

  it('steps about another code do nothing', () => {
    const row = { ...anIssued(), ...spent(3) };
    const recipient = { channel: 'x', fingerprint: 'x', masked: 'x' };
    expect([
      sends.undeliver(row, now, { codeId: 'c0' }),
      sends.returnSend(row, now, { codeId: 'c0' }),
      sends.readdress(row, now, { codeId: 'c0', recipient }),
      steps.charge(anIssued(), now, { codeId: 'c0' }),
      steps.fail(row, now, { codeId: 'c0' }),
      steps.redeem(row, now, { codeId: 'c0', save: 's1', answerWithinMs: ANSWER_MS, since: START }),
      steps.settle(rowIn(claimed), now, { codeId: 'c0', save: 's1', outcome: 'saved' }),
      steps.settle(rowIn(claimed), now, { codeId: 'c1', save: 's2', outcome: 'saved' }),
      steps.unclaim(rowIn(claimed), now, { codeId: 'c1', save: 's2', before: { kind: 'living' } }),
    ]).toEqual(Array(9).fill(NOT_TAKEN));
  });
});

it('a send that goes to the recipient already takes no step', () => {
  const { recipient } = freshCode('c1');
  expect(sends.readdress(anIssued(), now, { codeId: 'c1', recipient })).toBe(NOT_TAKEN);
});

describe('attempts', () => {
  it('are charged from the first one on, until none is left', () => {
    let row = anIssued();
    for (const used of [1, 2, 3]) {
      row = taken(steps.charge(row, now + used, { codeId: 'c1' }));
      expect(row.attempts).toEqual({ used, since: now + 1 });
    }
    expect(steps.charge(row, now + 4, { codeId: 'c1' })).toBe(NOT_TAKEN);
    expect(attemptsLeft(row, policy, now + 1 + 15 * MINUTE - 1)).toBe(0);
    expect(attemptsLeft(row, policy, now + 1 + 15 * MINUTE)).toBe(3);
  });

  it.each<CodeState>([
    claimed,
    { kind: 'used', save: 's1', at: now },
    { kind: 'undelivered' },
    { kind: 'exhausted', save: null },
  ])('are not taken from a code that is %j', (state) => {
    expect(steps.charge(rowIn(state), now, { codeId: 'c1' })).toBe(NOT_TAKEN);
  });

  it('come back for a right code, in their own window only', () => {
    const row = taken(steps.charge(anIssued(), now, { codeId: 'c1' }));
    expect(taken(steps.refund(row, now, { since: now })).attempts.used).toBe(0);
    expect(steps.refund(row, now, { since: now - 1 })).toBe(NOT_TAKEN);
    expect(steps.refund(taken(steps.refund(row, now, { since: now })), now, { since: now })).toBe(NOT_TAKEN);
  });

  it('the last wrong one kills the code for good', () => {
    const dead = taken(steps.fail({ ...anIssued(), ...spent(3) }, now, { codeId: 'c1' }));
    expect(dead.code).toMatchObject({ state: { kind: 'exhausted', save: null }, sealed: null });
    expect(steps.charge(dead, START + 15 * MINUTE, { codeId: 'c1' })).toBe(NOT_TAKEN);
    expect(steps.fail(anIssued(), now, { codeId: 'c1' })).toBe(NOT_TAKEN);
    expect(steps.fail(rowIn(claimed, spent(3)), now, { codeId: 'c1' })).toBe(NOT_TAKEN);
    expect(steps.fail(rowIn({ kind: 'used', save: 's1', at: now }, spent(3)), now, { codeId: 'c1' })).toBe(
      NOT_TAKEN,
    );
    const forgotten = taken(steps.fail(rowIn(claimed, spent(3)), claimed.until, { codeId: 'c1' }));
    expect(forgotten.code?.state).toEqual({ kind: 'exhausted', save: 's1' });
  });

  it('a wrong one after the last changes nothing: the code stays good for the save in doubt only', () => {
    const held = rowIn({ kind: 'held', save: 's1' }, spent(3));
    const dead = taken(steps.fail(held, now, { codeId: 'c1' }));
    expect(dead.code?.state).toEqual({ kind: 'exhausted', save: 's1' });
    expect(steps.fail(dead, now, { codeId: 'c1' })).toBe(NOT_TAKEN);
    expect(
      steps.redeem(dead, now, { codeId: 'c1', save: 's2', answerWithinMs: ANSWER_MS, since: START }),
    ).toBe(NOT_TAKEN);
    expect(steps.fail(rowIn({ kind: 'undelivered' }, spent(3)), now, { codeId: 'c1' })).toBe(NOT_TAKEN);
  });

  it('a right code that was paid for wins, though a later wrong one killed it', () => {
    let row = { ...anIssued(), ...spent(1) };
    row = taken(steps.charge(row, now, { codeId: 'c1' }));
    row = taken(steps.charge(row, now, { codeId: 'c1' }));
    row = taken(steps.fail(row, now, { codeId: 'c1' }));
    row = taken(
      steps.redeem(row, now, { codeId: 'c1', save: 's1', answerWithinMs: ANSWER_MS, since: START }),
    );
    expect(standingOf(row, now)).toBe('in-progress');
  });
});

describe('a claim', () => {
  /** Without a price to be given back. */
  const redeemed = (row: Row, save = 's1') =>
    steps.redeem(row, now, { codeId: 'c1', save, answerWithinMs: ANSWER_MS, since: 0 });

  it('is for one save', () => {
    const row = taken(redeemed(anIssued()));
    expect(row.code?.state).toMatchObject({ kind: 'claimed', save: 's1', until: now + ANSWER_MS });
    expect(redeemed(row)).toBe(NOT_TAKEN);
    expect(redeemed(row, 's2')).toBe(NOT_TAKEN);
  });

  it('gives the price of its comparison back, of the window that was charged', () => {
    const charged = taken(steps.charge({ ...anIssued(), ...spent(1) }, now, { codeId: 'c1' }));
    const used = (since: number) =>
      taken(steps.redeem(charged, now, { codeId: 'c1', save: 's1', answerWithinMs: ANSWER_MS, since }))
        .attempts.used;
    expect(charged.attempts.used).toBe(2);
    expect([used(START), used(START - 1)]).toEqual([1, 2]);
  });

  it('is not made of an expired or a used code', () => {
    expect(
      steps.redeem(anIssued(), START + 5 * MINUTE, {
        codeId: 'c1',
        save: 's1',
        answerWithinMs: ANSWER_MS,
        since: START,
      }),
    ).toBe(NOT_TAKEN);
    expect(redeemed(rowIn({ kind: 'used', save: 's1', at: now }))).toBe(NOT_TAKEN);
  });

  it.each<CodeState>([
    { kind: 'held', save: 's1' },
    { kind: 'exhausted', save: 's1' },
    { ...claimed, until: now },
  ])('of a code that is %j is for the same save only', (state) => {
    expect(redeemed(rowIn(state), 's2')).toBe(NOT_TAKEN);
    expect(redeemed(rowIn(state), 's1').ok).toBe(true);
  });

  it.each<[steps.Outcome, CodeState]>([
    ['saved', { kind: 'used', save: 's1', at: now }],
    ['notSaved', { kind: 'living' }],
    ['unknown', { kind: 'held', save: 's1' }],
  ])('ends when the save is %s', (outcome, state) => {
    const row = taken(steps.settle(taken(redeemed(anIssued())), now, { codeId: 'c1', save: 's1', outcome }));
    expect(row.code?.state).toEqual(state);
    expect(row.code?.returns).toBe(outcome === 'notSaved' ? 1 : 0);
    expect(steps.settle(row, now, { codeId: 'c1', save: 's1', outcome })).toBe(NOT_TAKEN);
  });

  it('that was saved frees the sends, not the attempts', () => {
    const row = taken(
      steps.settle(taken(redeemed({ ...anIssued(), ...spent(2) })), now, {
        codeId: 'c1',
        save: 's1',
        outcome: 'saved',
      }),
    );
    expect(row).toMatchObject({
      attempts: { used: 2 },
      sends: { used: 0, lastAt: 0 },
      code: { sealed: null },
    });
  });

  it('gives the code back three times at most', () => {
    let row = anIssued();
    for (let returns = 1; returns <= steps.MAX_RETURNS; returns++) {
      row = taken(steps.settle(taken(redeemed(row)), now, { codeId: 'c1', save: 's1', outcome: 'notSaved' }));
      expect(row.code).toMatchObject({ returns, state: { kind: 'living' } });
    }
    row = taken(steps.settle(taken(redeemed(row)), now, { codeId: 'c1', save: 's1', outcome: 'notSaved' }));
    expect(row.code?.state).toEqual({ kind: 'used', save: 's1', at: now });
  });

  it('that failed while the attempts ran out gives nothing back', () => {
    const row = taken(
      steps.settle(rowIn(claimed, spent(3)), now, { codeId: 'c1', save: 's1', outcome: 'notSaved' }),
    );
    expect(row.code?.state).toEqual({ kind: 'exhausted', save: null });
  });

  it('of a held code that was refused this time stays with its save, for the first try may have been saved', () => {
    const held = rowIn({ kind: 'held', save: 's1' });
    const row = taken(
      steps.settle(taken(redeemed(held)), now, { codeId: 'c1', save: 's1', outcome: 'notSaved' }),
    );
    expect(row.code?.state).toEqual({ kind: 'held', save: 's1' });
    expect(redeemed(row, 's2')).toBe(NOT_TAKEN);
    const undone = taken(
      steps.unclaim(taken(redeemed(held)), now, { codeId: 'c1', save: 's1', before: { kind: 'living' } }),
    );
    expect(undone.code?.state).toEqual({ kind: 'held', save: 's1' });
    const ended = taken(
      steps.unclaim(taken(redeemed(held)), now, {
        codeId: 'c1',
        save: 's1',
        before: { kind: 'exhausted', save: null },
      }),
    );
    expect(ended.code?.state).toEqual({ kind: 'exhausted', save: 's1' });
    const dry = taken(
      steps.settle(taken(redeemed({ ...held, ...spent(3) })), now, {
        codeId: 'c1',
        save: 's1',
        outcome: 'notSaved',
      }),
    );
    expect(dry.code?.state).toEqual({ kind: 'exhausted', save: 's1' });
  });

  it.each<CodeState>([
    { kind: 'living' },
    { kind: 'held', save: 's1' },
    { kind: 'exhausted', save: null },
  ])('that was not tried is undone: %j', (state) => {
    const row = taken(
      steps.unclaim(taken(redeemed(rowIn(state))), now, { codeId: 'c1', save: 's1', before: state }),
    );
    expect(row.code).toMatchObject({ state, returns: 0 });
  });
});

it('every step makes the next version, and keeps the row for a day after anybody needs it', () => {
  const rows = [
    anIssued(),
    taken(steps.charge(anIssued(), now, { codeId: 'c1' })),
    taken(
      steps.redeem(anIssued(), now, { codeId: 'c1', save: 's1', answerWithinMs: ANSWER_MS, since: START }),
    ),
    taken(steps.settle(rowIn(claimed), now, { codeId: 'c1', save: 's1', outcome: 'saved' })),
    taken(sends.undeliver(anIssued(), now, { codeId: 'c1' })),
  ];
  expect(rows.map(({ version }) => version)).toEqual([1, 2, 2, 2, 2]);
  for (const row of rows) expect(row.purgeAt).toBeGreaterThanOrEqual(START + 24 * 60 * MINUTE + 5 * MINUTE);
});

it('windows', () => {
  expect(usedOf({ used: 3, since: 100 }, 10, 109)).toBe(3);
  expect(usedOf({ used: 3, since: 100 }, 10, 110)).toBe(0);
  expect(resendsLeft(anIssued(), policy, now)).toBe(3);
  expect(sendAllowedAt(anIssued(), policy, now)).toBe(START + 30_000);
  expect(sendAllowedAt({ ...anIssued(), sends: { used: 4, since: START, lastAt: now } }, policy, now)).toBe(
    START + 60 * MINUTE,
  );
  expect(sendAllowedAt(emptyRow('k'), policy, now)).toBe(now);
});
