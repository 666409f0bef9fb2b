import { createHmac, randomUUID } from 'node:crypto';
import { type Asked, type StandIn, startStandIn } from '../harness/stand-in.ts';
import type { SentReport } from './sent-report.ts';

export const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
export type WebhookEvent = {
  readonly to: string;
  readonly message: string;
  readonly code: string;
  readonly id?: string;
};
export type WebhookStandIn = StandIn & { readonly events: readonly WebhookEvent[] };

/** A receiver that believes nothing that is not signed with its secret, recent, and not seen before. */
export async function startWebhook({ secret = SECRET, now = Date.now } = {}): Promise<WebhookStandIn> {
  const events: WebhookEvent[] = [];
  const seen = new Set<string | undefined>();
  const standIn = await startStandIn((asked) => {
    if (asked.method !== 'POST' || asked.path !== '/codes/in/') return { status: 404 };
    if (asked.header('content-type') !== 'application/json') return { status: 415 };
    if (!isSigned(asked, secret, now())) return { status: 401 };
    const id = asked.header('webhook-id');
    if (seen.has(id)) return { status: 409 };
    seen.add(id);
    events.push(asked.json['data'] as WebhookEvent);
    return { status: 204 };
  });
  return { ...standIn, events };
}

/** An event that the receiver sends back, signed as it wants ours signed. */
export function webhookReport(event: unknown, nowMs: number, secret = SECRET): SentReport {
  const id = `msg_${randomUUID()}`;
  const timestamp = String(Math.floor(nowMs / 1000));
  const body = JSON.stringify(event);
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  const headers: SentReport['headers'] = [
    ['content-type', 'application/json'],
    ['webhook-id', id],
    ['webhook-timestamp', timestamp],
    ['webhook-signature', `v1,${signature}`],
  ];
  return { query: '', headers, body };
}

function isSigned({ header, body }: Asked, secret: string, now: number): boolean {
  const [id = '', timestamp = ''] = [header('webhook-id'), header('webhook-timestamp')];
  if (!/^msg_[0-9a-f-]{36}$/.test(id) || Math.abs(Number(timestamp) - now / 1000) > 300) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);
  const wanted = `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
  return (header('webhook-signature') ?? '').split(' ').includes(wanted);
}
