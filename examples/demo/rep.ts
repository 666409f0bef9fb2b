import { setTimeout as pause } from 'node:timers/promises';
import { sayExchange } from './terminal.ts';

/** Where the demo's parts listen. */
export type Places = { readonly gateway: string; readonly crm: string; readonly inbox: string };
export type Answer = { readonly status: number; readonly body: string };
export type Received = {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly status: number;
};
export type Mail = {
  readonly number: number;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
};

const SHOWN = /^(otprules-.*|etag|retry-after|content-type)$/;

/** Sends what a rep's app would send to the gateway, and tells what was sent and what came back. */
export async function sendAsRep(
  places: Places,
  method: string,
  path: string,
  fields?: object,
): Promise<Answer> {
  const body = fields && JSON.stringify(fields);
  sayExchange({ who: 'rep', arrow: '->', line: `${method} ${path}`, ...(body && { more: body }) }, 'green');
  const response = await fetch(places.gateway + path, {
    method,
    headers: { authorization: 'Bearer ana-token', ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body }),
  });
  const text = await response.text();
  const headers = [...response.headers]
    .filter(([name]) => SHOWN.test(name))
    .map(([name, value]) => `${name}: ${value}`);
  const problem = response.headers.get('content-type')?.startsWith('application/problem+json') ?? false;
  const more = [...headers, problem ? JSON.stringify(JSON.parse(text), null, 2) : text].join('\n');
  const style = response.ok ? 'green' : 'yellow';
  sayExchange(
    { who: 'gateway', arrow: '<-', line: `${response.status} ${response.statusText}`, more },
    style,
  );
  return { status: response.status, body: text };
}

/** Every request that has reached the CRM, oldest first. */
export async function receivedBy(places: Places): Promise<readonly Received[]> {
  return (await (await fetch(`${places.crm}/received`)).json()) as readonly Received[];
}

/** Tells what reached the CRM. */
export function sayReceived(news: readonly Received[]): void {
  for (const { method, path, body, status } of news) {
    sayExchange(
      { who: 'CRM', arrow: '  ', line: `received ${method} ${path}, answered ${status}`, more: body },
      'magenta',
    );
  }
  if (news.every(({ method }) => method === 'GET')) {
    sayExchange({ who: 'CRM', arrow: '  ', line: 'received no save' }, 'magenta');
  }
}

/** Waits for a mail after the one numbered `after`, and shows it. */
export async function awaitMail(places: Places, after: number): Promise<Mail> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const mails = (await (await fetch(`${places.inbox}/mails`)).json()) as readonly Mail[];
    const mail = mails.find(({ number }) => number > after);
    if (mail) {
      const more = `Subject: ${mail.subject}\n${mail.text}`;
      sayExchange({ who: 'inbox', arrow: '<-', line: `a mail to ${mail.to}`, more }, 'blue');
      return mail;
    }
    await pause(50);
  }
  throw new Error('No mail came within ten seconds.');
}
