import type { DeliveryStatus } from '../core/ledger/row.ts';
import type { Rule } from '../core/rule/rule.ts';
import type { Slug } from '../core/verdict/problem.ts';
import type { RadarFlag } from '../core/verdict/radar-flag.ts';
import type { Verdict } from '../core/verdict/verdict.ts';
import type { Delivery } from '../ports.ts';

/** Counts and times what happens. Labels are names of the configuration and of this list, never paths, records or users. */
export interface Metrics {
  /** What is in force from now on, since when in milliseconds since 1970; undefined where an earlier configuration had to stay. */
  configured(taken: { readonly revision: string; readonly at: number } | undefined): void;
  /** Until when the certificate that is served is valid, in milliseconds since 1970. */
  certified(until: number): void;
  /** One rule, or none (`''`), about one guarded save; `shadow`: what the rule would have said. */
  decided(labels: {
    readonly rule: string;
    readonly verdict: Verdict['kind'];
    readonly mode: Rule['mode'];
  }): void;
  sent(labels: { readonly channel: string; readonly result: Delivery['kind'] }): void;
  /** What a provider reported of a message, or that it was not the provider. */
  reported(labels: { readonly channel: string; readonly status: DeliveryStatus | 'unsigned' }): void;
  /** A receiver of events took one, did not, or was not told in time. `receiver` is its place in the configuration. */
  eventTold(labels: { readonly receiver: string; readonly result: 'delivered' | 'failed' | 'dropped' }): void;
  /** How many events a receiver is still to be told, and how old the oldest is. */
  eventsWait(state: {
    readonly receiver: string;
    readonly waiting: number;
    readonly oldestSeconds: number;
  }): void;
  /** A customer answered on the page. */
  confirmed(labels: { readonly rule: string; readonly answer: 'approved' | 'declined' }): void;
  /** Somebody vouched for a save, used that, or may not. */
  overridden(labels: { readonly rule: string; readonly result: 'granted' | 'used' | 'refused' }): void;
  /** What was out was taken back. */
  withdrawn(labels: { readonly rule: string }): void;
  verified(labels: { readonly rule: string; readonly result: 'verified' | Slug }): void;
  /** Too many of the codes of a caller, or to a country (ISO 3166-1, else empty), were not verified. */
  alarmed(labels: { readonly scope: 'caller' | 'country'; readonly country: string }): void;
  /** From when on the radar of the console finds something. */
  watched(thresholds: {
    readonly asked: number;
    readonly entered: number;
    readonly withinMs: number;
    readonly records: number;
  }): void;
  /** The radar of the console found what no honest day looks like. */
  flagged(labels: { readonly flag: RadarFlag; readonly about: 'caller' | 'address' | 'country' }): void;
  gateTook(seconds: number): void;
  upstreamTook(seconds: number): void;
  /** `record`: a stored record could not be read. */
  upstreamFailed(kind: 'unreached' | 'lost' | 'unread' | 'timeout' | 'record'): void;
  storeFailed(op: 'find' | 'replace' | 'purge'): void;
  readonly contentType: string;
  /** All of it, in the format of Prometheus. */
  text(): Promise<string>;
}
