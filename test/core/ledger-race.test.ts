import fc from 'fast-check';
import { expect, it } from 'vitest';
import { attemptsLeft, type CodeState, emptyRow, type Row, standingOf } from '../../src/core/ledger/row.ts';
import { issue } from '../../src/core/ledger/sends.ts';
import {
  charge,
  fail,
  MAX_RETURNS,
  type Outcome,
  redeem,
  refund,
  settle,
  unclaim,
} from '../../src/core/ledger/spending.ts';
import { NOT_TAKEN, type Step } from '../../src/core/ledger/step.ts';
import { freshCode, policy, START } from './a-row.ts';

const ANSWER_MS = 30_000;

/** What the gateways did to the world, against which the promises are held. */
type World = {
  row: Row;
  now: number;
  issued: number;
  /** Saves that a code brought into the CRM, whatever the gateway came to know of it. */
  readonly saved: Map<string, Set<string>>;
  /** Saves whose outcome nobody knew, by code. */
  readonly doubtful: Map<string, string>;
  readonly compared: { at: number; right: boolean }[];
  /** Comparisons of the attempts window that is counted now. */
  charged: { since: number; wrong: number; open: number };
  readonly returned: Map<string, number>;
};

type Actor = Generator<void, void, void>;

/** A compare-and-swap, as a store does it: the step is taken over the row as it was read, or read again. */
function* advance(
  world: World,
  step: (row: Row, now: number) => Step<Row>,
): Generator<void, Row | undefined, void> {
  for (;;) {
    const read = world.row;
    yield;
    const taken = step(read, world.now);
    yield;
    if (!taken.ok) {
      if (world.row.version === read.version) return undefined;
      continue;
    }
    const next = taken.row;
    expect(next.version).toBe(read.version + 1);
    if (world.row.version !== read.version) continue;
    world.row = next;
    return next;
  }
}

function* sender(world: World): Actor {
  const id = `c${++world.issued}`;
  yield* advance(world, (row, now) => {
    const left = attemptsLeft(row, policy, now);
    const issued = issue(row, now, freshCode(id));
    if (issued.ok) expect(attemptsLeft(issued.row, policy, now)).toBe(left);
    return issued;
  });
}

type Plan = {
  readonly right: boolean;
  readonly save: string;
  readonly outcome: Outcome;
  readonly reallySaved: boolean;
  readonly dies: boolean;
  readonly gives: boolean;
};

function* saver(world: World, plan: Plan): Actor {
  const codeId = world.row.code?.id;
  if (!codeId) return;
  const paid = yield* advance(world, (row, now) => charge(row, now, { codeId }));
  if (!paid) return;
  const { since } = paid.attempts;
  if (world.charged.since !== since) world.charged = { since, wrong: 0, open: 0 };
  world.charged.open++;
  expect(world.charged.wrong + world.charged.open).toBeLessThanOrEqual(policy.maxAttempts);
  yield;
  world.compared.push({ at: world.now, right: plan.right });
  if (!plan.right) {
    if (world.charged.since === since) {
      world.charged.open--;
      world.charged.wrong++;
    }
    yield* advance(world, (row, now) => fail(row, now, { codeId }));
    return;
  }
  let before: CodeState = { kind: 'living' };
  const claim = yield* advance(world, (row, now) => {
    const next = redeem(row, now, { codeId, save: plan.save, answerWithinMs: ANSWER_MS, since });
    if (next.ok) before = next.before;
    return next;
  });
  // Whoever dies between paying and redeeming has lost an attempt, and nothing else.
  if (!claim) yield* advance(world, (row, now) => refund(row, now, { since }));
  if (world.charged.since === since) world.charged.open--;
  if (!claim) return;
  expect(claim.code?.id).toBe(codeId);
  const doubtful = world.doubtful.get(codeId);
  if (doubtful !== undefined) expect(plan.save).toBe(doubtful);
  if (plan.gives) {
    yield* advance(world, (row, now) => unclaim(row, now, { codeId, save: plan.save, before }));
    return;
  }
  const until = world.now + ANSWER_MS;
  yield;
  const saved =
    plan.outcome === 'saved' ||
    (plan.outcome === 'unknown' && plan.reallySaved) ||
    (plan.dies && plan.reallySaved);
  if (saved && plan.outcome !== 'notSaved')
    world.saved.set(codeId, (world.saved.get(codeId) ?? new Set()).add(plan.save));
  if (plan.dies || plan.outcome === 'unknown') world.doubtful.set(codeId, plan.save);
  if (plan.dies || world.now >= until) return;
  const settled = yield* advance(world, (row, now) =>
    settle(row, now, { codeId, save: plan.save, outcome: plan.outcome }),
  );
  if (settled?.code && plan.outcome === 'notSaved' && settled.code.state.kind !== 'used') {
    world.returned.set(codeId, (world.returned.get(codeId) ?? 0) + 1);
  }
}

const plan = fc.record({
  right: fc.boolean(),
  save: fc.constantFrom('s1', 's2'),
  outcome: fc.constantFrom<Outcome>('saved', 'notSaved', 'unknown'),
  reallySaved: fc.boolean(),
  dies: fc.boolean(),
  gives: fc.boolean(),
});
const actor = fc.oneof({ weight: 1, arbitrary: fc.constant<null>(null) }, { weight: 4, arbitrary: plan });
/** Which actor goes next, or how much time passes. */
const turn = fc.oneof(
  { weight: 12, arbitrary: fc.nat(20) },
  { weight: 1, arbitrary: fc.constantFrom(-1_000, -31_000, -301_000, -901_000) },
);

function play(
  actors: readonly (Plan | null)[],
  turns: readonly number[],
  pauses: readonly number[] = [],
): World {
  const world: World = {
    row: emptyRow('k'),
    now: START,
    issued: 0,
    saved: new Map(),
    doubtful: new Map(),
    compared: [],
    charged: { since: 0, wrong: 0, open: 0 },
    returned: new Map(),
  };
  finish(sender(world));
  const waiting = actors.map((each) => (each ? saver(world, each) : sender(world)));
  for (const next of turns) {
    if (next < 0) world.now -= next;
    else waiting[next % waiting.length]?.next();
  }
  for (const [index, each] of waiting.entries()) {
    finish(each);
    world.now += pauses[index] ?? 0;
  }
  return world;
}

function finish(each: Actor): void {
  for (const _ of each);
}

/** What passes after an actor that had the ledger to itself came to its end. */
const pause = fc.constantFrom(0, 0, 1_000, 31_000, 301_000, 901_000);

const plays = fc.tuple(
  fc.array(actor, { minLength: 2, maxLength: 12 }),
  fc.array(turn, { maxLength: 200 }),
  fc.array(pause, { maxLength: 12 }),
);

it('whatever gateways do at once, the promises of the ledger hold', () => {
  fc.assert(
    fc.property(plays, ([actors, turns, pauses]) => {
      const world = play(actors, turns, pauses);
      for (const saves of world.saved.values()) expect(saves.size).toBeLessThanOrEqual(1);
      for (const returns of world.returned.values()) expect(returns).toBeLessThanOrEqual(MAX_RETURNS + 1);
      const wrong = world.compared.filter(({ right }) => !right);
      for (const { at } of wrong) {
        const within = wrong.filter((other) => other.at >= at && other.at < at + policy.resetAttemptsAfterMs);
        expect(within.length).toBeLessThanOrEqual(2 * policy.maxAttempts);
      }
      expect(world.row.code?.returns ?? 0).toBeLessThanOrEqual(MAX_RETURNS);
    }),
    { numRuns: 4000 },
  );
});

it('of many right codes at once exactly one is redeemed, whatever wrong ones do while budget is left', () => {
  const right: Plan = {
    right: true,
    save: 's1',
    outcome: 'saved',
    reallySaved: true,
    dies: false,
    gives: false,
  };
  const wrong: Plan = { ...right, right: false };
  const crowd = fc.tuple(
    fc.shuffledSubarray([right, right, wrong, wrong], { minLength: 4 }),
    fc.array(fc.nat(20), { maxLength: 120 }),
  );
  fc.assert(
    fc.property(crowd, ([actors, turns]) => {
      const rights = new Set(actors.flatMap((each, index) => (each.right ? [index] : [])));
      const world = play(
        actors.map((each, index) => ({ ...each, save: `s${index}` })),
        turns,
      );
      const compared = world.compared.some((comparison) => comparison.right);
      expect(world.saved.get('c1')?.size ?? 0).toBe(compared ? 1 : 0);
      if (compared) expect(standingOf(world.row, world.now)).toBe('used');
      expect(rights.size).toBe(2);
    }),
    { numRuns: 2000 },
  );
});

it('a hundred wrong codes at once cost three comparisons', () => {
  const wrong: Plan = {
    right: false,
    save: 's',
    outcome: 'saved',
    reallySaved: true,
    dies: false,
    gives: false,
  };
  const order = Array.from({ length: 3000 }, (_, index) => (index * 7919) % 100);
  const world = play(Array(100).fill(wrong), order);
  expect(world.compared).toHaveLength(3);
  expect(standingOf(world.row, world.now)).toBe('exhausted');
});

it('a superseded code is never redeemed', () => {
  fc.assert(
    fc.property(fc.constantFrom('s1', 's2'), fc.nat(300_000), (save, later) => {
      const first = issue(emptyRow('k'), START, freshCode('c1'));
      const second = first.ok ? issue(first.row, START + 30_000, freshCode('c2')) : first;
      const row = second.ok ? second.row : emptyRow('k');
      expect(row.code?.id).toBe('c2');
      expect(charge(row, START + 30_000 + later, { codeId: 'c1' })).toBe(NOT_TAKEN);
      expect(
        redeem(row, START + 30_000 + later, { codeId: 'c1', save, answerWithinMs: ANSWER_MS, since: START }),
      ).toBe(NOT_TAKEN);
    }),
  );
});
