import type { AuditEvent } from '../core/verdict/audit-event.ts';
import type { CallerCounts, RadarFlag, RadarView } from '../ports/console.ts';
import type { Clock } from '../ports.ts';
import { createTally, type Tally } from './radar-tally.ts';

/** From when on something is told, all of it in 24 hours. */
export type RadarThresholds = {
  readonly asked: number;
  /** The share of codes that is entered at least. */
  readonly entered: number;
  readonly withinMs: number;
  readonly records: number;
};

/** A message on its way: whose it is, is known by a keyed hash. */
export type RadarSend = {
  readonly rule: string;
  readonly record: string | null;
  readonly address: string;
  readonly masked: string;
  readonly country: string | undefined;
};

export type Radar = {
  sent(send: RadarSend): void;
  heard(event: AuditEvent): void;
  alarmed(alarm: { readonly scope: string; readonly country: string }): void;
  view(): RadarView;
};

type Address = { readonly masked: string; readonly records: Map<string, number> };

/** What an event counts as by itself. */
const COUNTED: Partial<Record<AuditEvent['event'], keyof CallerCounts>> = {
  'code-sent': 'asked',
  'code-declined': 'declined',
  'override-used': 'overridden',
};

/** Callers, addresses, countries and messages that are remembered; the oldest are forgotten first. */
const MOST = 10_000;
const MOST_RECORDS = 200;
const MOST_ALARMS = 100;
const SHOWN = 200;
const DAY_MS = 86_400_000;

/** Counts who asks for codes and what becomes of them, and tells what no honest day looks like. `nameOf` names who has no name. */
export function createRadar(
  thresholds: RadarThresholds,
  clock: Clock,
  nameOf: (ip: string) => string,
  onFlag: (
    flag: RadarFlag,
    about: { readonly kind: 'caller' | 'address' | 'country'; readonly of: string },
  ) => void,
): Radar {
  const callers = new Map<string, Tally>();
  const countries = new Map<string, Tally>();
  const addresses = new Map<string, Address>();
  const sends = new Map<string, RadarSend & { readonly at: number }>();
  const alarms: { at: string; scope: string; country: string }[] = [];
  const told = new Set<string>();

  function tell(kind: 'caller' | 'address' | 'country', of: string, flags: readonly RadarFlag[]): void {
    for (const flag of flags) {
      const name = `${kind}\n${of}\n${flag}`;
      if (told.has(name)) continue;
      remember(told, name);
      onFlag(flag, { kind, of });
    }
  }

  function entered(
    event: AuditEvent & { readonly rules: readonly string[] },
    tally: Tally,
    now: number,
  ): void {
    tally.add('entered', now);
    const record = 'record' in event ? event.record : null;
    for (const rule of event.rules) {
      const send = sends.get(keyOf(rule, record));
      if (!send) continue;
      if (now - send.at <= thresholds.withinMs) tally.add('fast', now);
      if (send.country !== undefined) of(countries, send.country).add('entered', now);
      const address = addresses.get(send.address) ?? { masked: send.masked, records: new Map() };
      if (address.records.size < MOST_RECORDS)
        address.records.set(`${'module' in event ? event.module : ''}/${record}`, now);
      put(addresses, send.address, address);
      tell('address', send.address, addressFlags(recordsOf(address, now)));
    }
  }

  const recordsOf = ({ records }: Address, now: number) =>
    [...records.values()].filter((at) => now - at < DAY_MS).length;
  const addressFlags = (records: number): readonly RadarFlag[] =>
    records >= thresholds.records ? ['one-address-many-records'] : [];
  const askedFlags = ({
    asked,
    entered: used,
  }: Pick<CallerCounts, 'asked' | 'entered'>): readonly RadarFlag[] =>
    asked >= thresholds.asked && used / asked < thresholds.entered ? ['many-asked-few-entered'] : [];
  const callerFlags = (counts: CallerCounts): readonly RadarFlag[] => [
    ...askedFlags(counts),
    ...(counts.fast > 0 ? (['entered-too-fast'] as const) : []),
  ];

  return {
    sent(send) {
      put(sends, keyOf(send.rule, send.record), { ...send, at: clock.now() });
      if (send.country !== undefined) of(countries, send.country).add('asked', clock.now());
    },
    heard(event) {
      const now = clock.now();
      const caller = event.user === '' ? nameOf(event.ip) : event.user;
      const { event: name } = event;
      const counted = COUNTED[name];
      const isWrong = 'reason' in event && event.reason === 'otp-invalid';
      const isEntered = name === 'save-countersigned' || name === 'read-countersigned';
      if (counted === undefined && !isWrong && !isEntered) return;
      const tally = of(callers, caller);
      if (counted !== undefined) tally.add(counted, now);
      if (isWrong) tally.add('wrong', now);
      if (isEntered && 'rules' in event) entered(event, tally, now);
      tell('caller', caller, callerFlags(tally.counts(now)));
      for (const [country, counts] of countries) tell('country', country, askedFlags(counts.counts(now)));
    },
    alarmed(alarm) {
      alarms.push({ at: new Date(clock.now()).toISOString(), ...alarm });
      if (alarms.length > MOST_ALARMS) alarms.shift();
    },
    view() {
      const now = clock.now();
      const byFlags = (one: { flags: readonly unknown[] }, other: { flags: readonly unknown[] }) =>
        other.flags.length - one.flags.length;
      const counted = [...callers].map(([caller, tally]) => ({ caller, ...tally.counts(now) }));
      return {
        callers: counted
          .filter((counts) => Object.values(counts).some((count) => typeof count === 'number' && count > 0))
          .map((counts) => ({ ...counts, flags: callerFlags(counts) }))
          .sort((one, other) => byFlags(one, other) || other.asked - one.asked)
          .slice(0, SHOWN),
        addresses: [...addresses.values()]
          .map((address) => ({ address: address.masked, records: recordsOf(address, now) }))
          .filter(({ records }) => records > 1)
          .map((address) => ({ ...address, flags: addressFlags(address.records) }))
          .sort((one, other) => other.records - one.records)
          .slice(0, SHOWN),
        countries: [...countries].map(([country, tally]) => {
          const { asked, entered: used } = tally.counts(now);
          return { country, asked, entered: used, flags: askedFlags({ asked, entered: used }) };
        }),
        alarms,
      };
    },
  };
}

const keyOf = (rule: string, record: string | null) => `${rule}\n${record}`;

function of(tallies: Map<string, Tally>, name: string): Tally {
  const tally = tallies.get(name) ?? createTally();
  put(tallies, name, tally);
  return tally;
}

function put<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > MOST && oldest !== undefined) map.delete(oldest);
}

function remember(set: Set<string>, name: string): void {
  set.add(name);
  const [oldest] = set;
  if (set.size > MOST && oldest !== undefined) set.delete(oldest);
}
