import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../src/core/verdict/audit-event.ts';
import type { RadarFlag } from '../../src/ports/console.ts';
import { createHandClock } from '../../src/system/hand-clock.ts';
import { createRadar } from '../../src/system/radar.ts';

const THRESHOLDS = { asked: 10, entered: 0.2, withinMs: 5_000, records: 3 };
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** A radar and a clock, and what callers do. */
function openDay() {
  const clock = createHandClock(Date.UTC(2026, 10, 2, 8));
  const flags: [RadarFlag, string, string][] = [];
  const radar = createRadar(
    THRESHOLDS,
    clock,
    (ip) => `#${ip}`,
    (flag, { kind, of }) => flags.push([flag, kind, of]),
  );
  const tell = (user: string, event: object) =>
    radar.heard({ at: '', request: '', ip: '1', user, ...event } as unknown as AuditEvent);
  const about = (record: string) => ({ module: 'Notes', record });
  return {
    clock,
    radar,
    flags,
    asks(user: string, record: string, { address = `of ${record}`, country = 'PT' } = {}) {
      radar.sent({ rule: '7', record, address, masked: `***${address.slice(-2)}`, country });
      tell(user, { event: 'code-sent', rule: '7', channel: 'sms', sentTo: '***', ...about(record) });
    },
    enters: (user: string, record: string) =>
      tell(user, { event: 'save-countersigned', rules: ['7'], save: record, ...about(record) }),
    errs: (user: string, record: string) =>
      tell(user, { event: 'save-refused', rules: ['7'], reason: 'otp-invalid', ...about(record) }),
    tells: tell,
    flagsOf: (caller: string) => radar.view().callers.find((each) => each.caller === caller)?.flags,
  };
}

describe('a week in which four things are wrong', () => {
  const day = openDay();
  for (let date = 0; date < 7; date++) {
    for (let turn = 0; turn < 20; turn++) {
      const record = `${date}-${turn}`;
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
    expect(view.addresses.filter(({ flags }) => flags.length > 0)).toEqual([
      { address: '***ll', records: 20, flags: ['one-address-many-records'] },
    ]);
    expect(view.addresses.length).toBeGreaterThan(1);
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
    expect(day.flags.filter(([, , of]) => ['ann', 'bea', 'carl', 'PT'].includes(of))).toEqual([]);
  });
  it('what was found is told once', () => {
    expect(day.flags.map(([flag, kind]) => `${kind} ${flag}`).sort()).toEqual([
      'address one-address-many-records',
      'caller entered-too-fast',
      'caller many-asked-few-entered',
      'caller many-asked-few-entered',
      'country many-asked-few-entered',
    ]);
  });
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
