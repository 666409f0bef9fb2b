import type { AddressKind } from '../../core/rule/recipient.ts';
import type { Channel, Clock } from '../../ports.ts';
import { createHttpDelivery } from '../http-delivery.ts';
import { createPhoneReader, type PhoneOptions } from '../phone.ts';
import { type BodyTemplate, bodyOf } from './body.ts';
import { type Conditions, judgeBy } from './condition.ts';
import { type Filling, filled, fillingOf, withPlacesAs } from './places.ts';
import { createHttpReports, type HttpReportOptions } from './reports.ts';

/** How a provider is asked to send a message, and what its answers mean. */
export type HttpOptions = PhoneOptions & {
  /** The whole address of a request; places may stand behind its host. */
  readonly url: string;
  readonly method: 'POST' | 'PUT' | 'GET';
  readonly authorization?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly secrets: Filling;
  readonly body?: BodyTemplate;
  readonly address: AddressKind;
  readonly accepted: Conditions;
  readonly refused: Conditions;
  readonly timeoutMs: number;
  readonly reports?: HttpReportOptions;
};

/** Codes over whatever HTTP API a provider has, as the configuration describes it. */
export function createHttpChannel(options: HttpOptions, clock: Clock): Channel {
  const { url, method, headers, authorization, secrets, body, address, timeoutMs } = options;
  const { origin } = new URL(withPlacesAs(url, ''));
  const rest = url.slice(url.indexOf('/', url.indexOf('//') + 2));
  const http = createHttpDelivery({
    url: origin,
    timeoutMs,
    judge: judgeBy(options.accepted, options.refused),
  });
  return {
    addressKind: address,
    ...(address === 'phone' && { clean: createPhoneReader(options) }),
    ...(options.reports && { reports: createHttpReports(options.reports) }),
    async deliver(message) {
      const filling = fillingOf(message, clock.now(), secrets);
      const path = filled(rest, filling, encodeURIComponent);
      if (leadsAway(path, rest)) return { kind: 'refused', reason: LEADS_AWAY };
      const content = body && bodyOf(body, filling);
      const named = Object.entries(headers).map(([name, text]) => [
        name.toLowerCase(),
        filled(text, filling, lineOf),
      ]);
      return http.send({
        method,
        path,
        headers: {
          accept: 'application/json, */*',
          ...(content && { 'content-type': content.type }),
          ...Object.fromEntries(named),
          ...(authorization !== undefined && { authorization }),
        },
        ...(content && { body: content.text }),
      });
    },
    close: http.close,
  };
}

const LEADS_AWAY =
  'a value that the "url" of the channel shows is "." or "..", which leads to another path of the provider';

/** Whether a value makes a segment `.` or `..`, by which servers leave out others. What the address itself has of them stays. */
function leadsAway(path: string, address: string): boolean {
  const own = segmentsOf(address);
  return segmentsOf(path).some((segment, place) => DOTS.has(segment) && own[place] !== segment);
}

const DOTS = new Set(['.', '..']);

function segmentsOf(path: string): readonly string[] {
  return (path.split('?')[0] ?? '').split('/');
}

/** A value as it may stand in a header: one line, as the bytes of UTF-8. */
function lineOf(value: string): string {
  return Buffer.from(value.replace(/\p{Cc}/gu, '')).toString('latin1');
}
