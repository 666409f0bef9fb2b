import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../src/core/verdict/audit-event.ts';
import type { RadarFlag } from '../../src/core/verdict/radar-flag.ts';
import { createHandClock } from '../../src/system/hand-clock.ts';
import { createRadar } from '../../src/system/radar.ts';

const THRESHOLDS = { asked: 10, entered: 0.2, withinMs: 5_000, records: 3 };
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** A radar and a clock, and what callers do. */
function openDay() {
  const clock = createHandClock(Date.UTC(2026, 10, 2, 8));
  const flags: [RadarFlag, string, string][] = [];
  const radar = createRadar(THRESHOLDS, clock, (ip) => `#${ip}`);
  const tell = (user: string, event: object) => {
    const heard = { at: '', request: '', ip: '1', user, ...event } as unknown as AuditEvent;
    for (const { flag, about: kind, of } of radar.heard(heard)) flags.push([flag, kind, of]);
  };
  const about = (record: string) => ({ module: 'Notes', record });
  return {
    clock,
    radar,
    flags,
    asks(user: string, record: string, { address = `of ${record}`, country = 'PT' } = {}) {
      radar.sent({ rule: '7', record, address, masked: `***${address.slice(-2)}`, country });
      tell(user, { event: 'code-sent', rule: '7', channel: 'sms', sentTo: '***', ...about(record) });
    },
    enters: (user: string, record: string, how = 'code') =>
      tell(user, {
        event: 'save-countersigned',
        rules: ['7'],
        by: [{ rule: '7', how }],
        save: record,
        ...about(record),
      }),
    errs: (user: string, record: string) =>
      tell(user, { event: 'save-refused', rules: ['7'], reason: 'otp-invalid', ...about(record) }),
    fillsIn: (user: string, record: string, ...addresses: string[]) =>
      tell(user, { event: 'address-filled-in', rules: ['7'], addresses, ...about(record) }),
    tells: tell,
    flagsOf: (caller: string) => radar.view().callers.find((each) => each.caller === caller)?.flags,
  };
}

describe('a week in which five things are wrong', () => {
  const day = openDay();
  for (let date = 0; date < 7; date++) {
    for (let turn = 0; turn < 20; turn++) {
      const record = `${date}-${turn}`;
      // A back office fills in what customers said at the counter; reps confirm with them on the same day.
      if (turn < 5) day.fillsIn('office', `ann-${record}`);
      // Honest reps: most codes are entered, some minutes later, some wrong at first; a family shares an address for two records.
      for (const rep of ['ann', 'bea', 'carl']) {
        const address = turn < 2 ? `family of ${rep} ${date}` : undefined;
        day.asks(rep, `${rep}-${record}`, address === undefined ? {} : { address });
        day.clock.advance(2 * MINUTE_MS);
        if (turn % 7 === 0) day.errs(rep, `${rep}-${record}`);
        if (turn % 4 !== 3) day.enters(rep, `${rep}-${record}`);
      }
      if (date === 6) {
        day.asks('fast', `fast-${record}`);
        day.clock.advance(1_000);
        day.enters('fast', `fast-${record}`);
        day.asks('asker', `asker-${record}`);
        day.fillsIn('filler', `filler-${record}`);
        day.asks('filler', `filler-${record}`);
        day.clock.advance(MINUTE_MS);
        day.enters('filler', `filler-${record}`);
        day.asks('pumper', `pumper-${record}`, { country: 'XK' });
        day.asks('ann', `own-${record}`, { address: 'one for all' });
        day.clock.advance(MINUTE_MS);
        day.enters('ann', `own-${record}`);
      }
    }
    if (date < 6) day.clock.advance(12 * HOUR_MS);
  }
  const view = day.radar.view();

  it('who confirms for customers is found', () => expect(day.flagsOf('fast')).toEqual(['entered-too-fast']));
  it('who asks for codes that nobody enters is found', () =>
    expect(day.flagsOf('asker')).toEqual(['many-asked-few-entered']));
  it('an address that confirms many records is found, and a family is not', () => {
    expect(view.addresses.filter(({ flags }) => flags.includes('one-address-many-records'))).toEqual([
      { address: '***ll', records: 20, flags: ['one-address-many-records'] },
    ]);
    expect(view.addresses.length).toBeGreaterThan(1);
  });
  it('who fills in addresses and confirms by them is found, with the addresses, and a back office is not', () => {
    expect(day.flagsOf('filler')).toEqual(['address-filled-in-before']);
    const own = view.addresses.filter(({ flags }) => flags.includes('address-filled-in-before'));
    expect(own).toHaveLength(20);
    expect(day.flagsOf('office')).toBeUndefined();
  });
  it('a pumped country is found, and the others are not', () => {
    expect(view.countries.map(({ country, flags }) => [country, flags])).toEqual(
      expect.arrayContaining([
        ['XK', ['many-asked-few-entered']],
        ['PT', []],
      ]),
    );
  });
  it('no honest rep is flagged on any day', () => {
    for (const rep of ['ann', 'bea', 'carl']) expect(day.flagsOf(rep)).toEqual([]);
    expect(day.flags.filter(([, , of]) => ['ann', 'bea', 'carl', 'office', 'PT'].includes(of))).toEqual([]);
  });
  it('what was found is told once a day', () => {
    expect(day.flags.map(([flag, kind]) => `${kind} ${flag}`).sort()).toEqual([
      ...Array(20).fill('address address-filled-in-before'),
      'address one-address-many-records',
      'caller address-filled-in-before',
      'caller entered-too-fast',
      'caller many-asked-few-entered',
      'caller many-asked-few-entered',
      'country many-asked-few-entered',
    ]);
  });
});

it('what was found is told again the day after, where it is found again', () => {
  const day = openDay();
  const round = () => {
    day.asks('fast', 'r');
    day.enters('fast', 'r');
    return day.flags.length;
  };
  expect([round(), round()]).toEqual([1, 1]);
  day.clock.advance(25 * HOUR_MS);
  expect(round()).toBe(2);
});

it('an address that was filled in is told by itself, wherever its record stands, for a day and to nobody else', () => {
  const day = openDay();
  const filledIn = () => day.radar.view().addresses.map(({ flags }) => flags);
  day.fillsIn('rep', 'contact 9', 'own phone');
  day.asks('other', '1', { address: 'own phone' });
  day.clock.advance(MINUTE_MS);
  day.enters('other', '1');
  expect(filledIn()).toEqual([]);
  day.asks('rep', '2', { address: 'own phone' });
  day.clock.advance(MINUTE_MS);
  day.enters('rep', '2');
  expect(filledIn()).toEqual([['address-filled-in-before']]);
  expect(day.flagsOf('rep')).toEqual([]);
  day.clock.advance(25 * HOUR_MS);
  expect(filledIn()).toEqual([]);
  day.asks('rep', '3', { address: 'own phone' });
  day.clock.advance(MINUTE_MS);
  day.enters('rep', '3');
  expect(filledIn()).toEqual([]);
});

it('a customer who agrees at once on the page is not too fast, and who vouches confirms by no address', () => {
  const day = openDay();
  for (const record of ['1', '2', '3', '4']) day.asks('ann', record, { address: 'shared' });
  day.enters('ann', '1', 'page');
  for (const record of ['2', '3', '4']) day.enters('ann', record, 'override');
  expect(day.radar.view().callers).toEqual([
    expect.objectContaining({ caller: 'ann', asked: 4, entered: 1, fast: 0, flags: [] }),
  ]);
  expect(day.radar.view().addresses).toEqual([]);
});

it('what is declined and overridden is counted, and a day later forgotten', () => {
  const day = openDay();
  day.tells('ann', { event: 'code-declined' });
  day.tells('ann', { event: 'override-used' });
  day.errs('', '1');
  expect(day.radar.view().callers).toEqual([
    expect.objectContaining({ caller: 'ann', declined: 1, overridden: 1, asked: 0 }),
    expect.objectContaining({ caller: '#1', wrong: 1 }),
  ]);
  day.clock.advance(25 * HOUR_MS);
  expect(day.radar.view().callers).toEqual([]);
});

it('shows no more than two hundred callers, whoever asks, and who is flagged first', () => {
  const day = openDay();
  for (let caller = 0; caller < 12_000; caller++) day.asks(`rep ${caller}`, `r${caller}`);
  for (let times = 0; times < 10; times++) day.asks('asker', `a${times}`);
  const { callers } = day.radar.view();
  expect(callers).toHaveLength(200);
  expect(callers[0]).toMatchObject({ caller: 'asker', flags: ['many-asked-few-entered'] });
});
