import type { AuditEvent } from '../core/verdict/audit-event.ts';
import type { RadarFlag } from '../core/verdict/radar-flag.ts';
import type { CallerCounts, RadarFinding, RadarThresholds, RadarView } from '../ports/console.ts';
import type { Clock } from '../ports.ts';
import { createDayCounter, type DayCounter } from './day-counter.ts';
import { askedFlags, callerFlags, createFindings, DAY_MS, put } from './radar-findings.ts';

/** A message on its way: whose it is, is known by a keyed hash. */
export type RadarSend = {
  readonly rule: string;
  readonly record: string | null;
  readonly address: string;
  readonly masked: string;
  readonly country: string | undefined;
};

/** Looks at what goes through the gateway, and flags what is unusual. It keeps a day, in memory. */
export type Radar = {
  sent(send: RadarSend): void;
  /** Gives what this event made it find. */
  heard(event: AuditEvent): readonly RadarFinding[];
  alarmed(alarm: { readonly scope: string; readonly country: string }): void;
  view(): RadarView;
};

type RadarAddress = {
  readonly masked: string;
  readonly records: Map<string, number>;
  /** When it last confirmed a save of who had filled it in shortly before. */
  filledInAt: number;
};

type Countersigned = Extract<AuditEvent, { readonly by: unknown }>;

/** Who filled in an address, and when. */
type FilledIn = { readonly by: string; readonly at: number };

/** What an event counts as by itself. */
const COUNTED: Partial<Record<AuditEvent['event'], keyof CallerCounts>> = {
  'code-sent': 'asked',
  'code-declined': 'declined',
  'override-used': 'overridden',
};

const MOST_RECORDS = 200;
const MOST_ALARMS = 100;
const SHOWN = 200;

/** Counts who asks for codes and what becomes of them, and finds what no honest day looks like. `nameOf` names who has no name. */
export function createRadar(
  thresholds: RadarThresholds,
  clock: Clock,
  nameOf: (ip: string) => string,
): Radar {
  const callers = new Map<string, DayCounter>();
  const countries = new Map<string, DayCounter>();
  const addresses = new Map<string, RadarAddress>();
  const sends = new Map<string, RadarSend & { readonly at: number }>();
  /** By the address, and by rule and record. */
  const filledIn = new Map<string, FilledIn>();
  const alarms: { at: string; scope: string; country: string }[] = [];
  const findings = createFindings(thresholds, clock);

  /** By a code or on the page: where somebody vouched instead, no address confirmed anything. */
  function entered(
    { module: name, record, by }: Countersigned,
    caller: string,
    tally: DayCounter,
  ): readonly RadarFinding[] {
    const now = clock.now();
    const confirmed = by.filter(({ how }) => how !== 'override');
    if (confirmed.length > 0) tally.add('entered', now);
    return confirmed.flatMap(({ rule, how }) => {
      const key = keyOf(rule, record);
      const send = sends.get(key);
      if (!send) return [];
      if (how === 'code' && now - send.at <= thresholds.withinMs) tally.add('fast', now);
      if (send.country !== undefined) of(countries, send.country).add('entered', now);
      const address = addresses.get(send.address) ?? {
        masked: send.masked,
        records: new Map(),
        filledInAt: Number.NEGATIVE_INFINITY,
      };
      if (address.records.size < MOST_RECORDS) address.records.set(`${name}/${record}`, now);
      const isOwn = [key, send.address].some((place) => {
        const filled = filledIn.get(place);
        return filled?.by === caller && now - filled.at < DAY_MS;
      });
      if (isOwn) {
        tally.add('filledIn', now);
        address.filledInAt = now;
      }
      put(addresses, send.address, address);
      return findings.of('address', send.address, addressFlags(address, now));
    });
  }

  const recordsOf = ({ records }: RadarAddress, now: number) =>
    [...records.values()].filter((at) => now - at < DAY_MS).length;
  const addressFlags = (address: RadarAddress, now: number): readonly RadarFlag[] => [
    ...(recordsOf(address, now) >= thresholds.records ? (['one-address-many-records'] as const) : []),
    ...(now - address.filledInAt < DAY_MS ? (['address-filled-in-before'] as const) : []),
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
      if (name === 'address-filled-in') {
        const places = [...event.addresses, ...event.rules.map((rule) => keyOf(rule, event.record))];
        for (const place of places) put(filledIn, place, { by: caller, at: now });
        return [];
      }
      const counted = COUNTED[name];
      const isWrong = 'reason' in event && event.reason === 'otp-invalid';
      const isEntered = 'by' in event;
      if (counted === undefined && !isWrong && !isEntered) return [];
      const tally = of(callers, caller);
      if (counted !== undefined) tally.add(counted, now);
      if (isWrong) tally.add('wrong', now);
      const ofAddresses = isEntered ? entered(event, caller, tally) : [];
      return [
        ...ofAddresses,
        ...findings.of('caller', caller, callerFlags(thresholds, tally.counts(now))),
        ...[...countries].flatMap(([country, counts]) =>
          findings.of('country', country, askedFlags(thresholds, counts.counts(now))),
        ),
      ];
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
          .map((counts) => ({ ...counts, flags: callerFlags(thresholds, counts) }))
          .sort((one, other) => byFlags(one, other) || other.asked - one.asked)
          .slice(0, SHOWN),
        addresses: [...addresses.values()]
          .map((address) => ({
            address: address.masked,
            records: recordsOf(address, now),
            flags: addressFlags(address, now),
          }))
          .filter(({ records, flags }) => records > 1 || flags.length > 0)
          .sort((one, other) => byFlags(one, other) || other.records - one.records)
          .slice(0, SHOWN),
        countries: [...countries].map(([country, tally]) => {
          const { asked, entered: used } = tally.counts(now);
          return { country, asked, entered: used, flags: askedFlags(thresholds, { asked, entered: used }) };
        }),
        alarms,
        thresholds,
      };
    },
  };
}

const keyOf = (rule: string, record: string | null) => `${rule}\n${record}`;

function of(tallies: Map<string, DayCounter>, name: string): DayCounter {
  const tally = tallies.get(name) ?? createDayCounter();
  put(tallies, name, tally);
  return tally;
}
