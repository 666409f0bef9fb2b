import { expect, it } from 'vitest';
import { violationsIn } from '../../bench/chaos/check.ts';
import { type Arrival, type Asked, type History, SILENCE } from '../../bench/chaos/history.ts';
import { violationsInLedger } from '../../bench/chaos/ledger.ts';
import { emptyRow } from '../../src/core/ledger/row.ts';

const mail = { record: 'r', ref: 'box', code: '111111' };

function sent(changes: Partial<Asked> = {}): Asked {
  const answer = { sentAt: 1, answeredAt: 3, status: 200, result: 'verified', fate: 'used' };
  return { ...mail, note: 'n', isHonest: true, ...answer, ...changes };
}

function came(changes: Partial<Arrival> = {}): Arrival {
  return { record: 'r', ref: 'box', note: 'n', at: 2, saved: true, refused: false, ...changes };
}

function told(asked: readonly Asked[], arrivals: readonly Arrival[]): readonly string[] {
  return violationsIn({ asked, arrivals, mails: [mail], budget: 3 } satisfies History);
}

const wrong = (index: number) =>
  sent({
    note: `w${index}`,
    code: `22222${index}`,
    status: 403,
    result: 'otp-invalid',
    isHonest: false,
    fate: null,
  });
const used = { status: 409, result: 'otp-used', fate: null };
const kept = { status: 422, fate: 'kept' };
const refused = { refused: true, saved: false, at: 1 };
const rival = { note: 'm', isHonest: false };

it.each<[string, readonly Asked[], readonly Arrival[]]>([
  ['a save with its code', [sent()], [came()]],
  ['the same save twice, since nobody was told', [sent({ status: 0, fate: null }), sent()], [came(), came()]],
  ['another save after a refused one', [sent(kept), sent(rival)], [came(refused), came({ note: 'm' })]],
  ['as many wrong codes as there are attempts', [1, 2, 3].map(wrong), []],
  ['an outage', [sent({ status: 503, result: 'otp-unavailable', fate: null })], []],
])('finds nothing wrong with %s', (_, asked, arrivals) => {
  expect(told(asked, arrivals)).toEqual([]);
});

it.each<[string, readonly Asked[], readonly Arrival[], string]>([
  ['a save that nobody sent', [], [came()], 'without a code of its own'],
  ['a save with a wrong code', [sent({ code: '999999' })], [came()], 'without a code of its own'],
  [
    'a save of what nobody confirmed',
    [sent({ ref: 'car' })],
    [came({ ref: 'car' })],
    'without a code of its own',
  ],
  ['a code of two saves', [sent(), sent(rival)], [came(), came({ note: 'm' })], 'arrived with m after n'],
  ['a save after the code was used', [sent()], [came(), came({ at: 4 })], 'after it was said to be used'],
  ['a comparison too many', [1, 2, 3, 4].map(wrong), [], '4 wrong codes'],
  [
    'a save after the last attempt',
    [...[1, 2, 3].map(wrong), sent({ sentAt: 4, answeredAt: 6 })],
    [came({ at: 5 })],
    'after the budget',
  ],
  ['a code that is gone without a save', [sent(used)], [], 'lost its code'],
  ['a code that is gone with a save that failed', [sent(used)], [came({ saved: false })], 'lost its code'],
  [
    'a right code that is called wrong',
    [sent({ status: 403, result: 'otp-invalid', fate: null })],
    [],
    'for the right code',
  ],
  ['a save that was said to be saved', [sent()], [], 'was not saved'],
  ['silence', [sent({ status: SILENCE, result: null, fate: null })], [], 'got no answer'],
])('finds %s', (_, asked, arrivals, expected) => {
  expect(told(asked, arrivals)).toContainEqual(expect.stringContaining(expected));
});

it('finds a ledger row that paid for more comparisons than there are attempts', () => {
  const row = { ...emptyRow('k'), attempts: { used: 4, since: 1 } };
  expect(violationsInLedger([row], 4)).toEqual([]);
  expect(violationsInLedger([row], 3)).toEqual([expect.stringContaining('4 comparisons of 3')]);
});
