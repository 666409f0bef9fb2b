import { type Client, call } from '../system.ts';
import { doorsOf } from './doors.ts';
import { CLOSED, FORM } from './request.ts';
import { worksOf } from './works.ts';

/** A rep's program, by the REST API with the rep's key. `direct`: Redmine itself, which is asked what it has stored. */
export async function clientOf(gateway: string, key: string, direct: string): Promise<Client> {
  const mine = { 'x-redmine-api-key': key };
  const ask = (
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ) => call(`${gateway}${path}`, method, body, { ...mine, ...headers });
  const coded = (code?: string): Readonly<Record<string, string>> =>
    code === undefined ? {} : { 'otprules-otp-7': code };
  const basic = { authorization: `Basic ${btoa('rep:password-of-a-run')}` };
  return {
    works: worksOf({
      ask,
      named: (body) => call(`${gateway}/issues/1.json`, 'PUT', body, basic),
      keyed: (body) => call(`${gateway}/issues/1.json?key=${key}`, 'PUT', body),
      stored: async (path) => JSON.stringify(await call(`${direct}${path}`, 'GET', undefined, mine)),
    }),
    save: (code) => ask('PUT', '/issues/1.json', CLOSED, coded(code)),
    saves: [
      ['PATCH', (code) => ask('PATCH', '/issues/1.json', CLOSED, coded(code))],
      [
        'all that a form of it shows',
        (code) => {
          const custom_fields = [{ id: 3, name: 'Serial number', value: 'S-1' }];
          const issue = {
            project_id: 1,
            subject: 'a delivery',
            status_id: '5',
            notes: 'done',
            custom_fields,
          };
          return ask('PUT', '/issues/1.json', { issue }, coded(code));
        },
      ],
      ['a form', (code) => ask('PUT', '/issues/1.json', 'issue[status_id]=5', { ...FORM, ...coded(code) })],
      [
        'a name and a password',
        (code) => call(`${gateway}/issues/1.json`, 'PUT', CLOSED, { ...basic, ...coded(code) }),
      ],
      [
        'the key in the address',
        (code) => call(`${gateway}/issues/1.json?key=${key}`, 'PUT', CLOSED, coded(code)),
      ],
    ],
    doors: doorsOf(gateway, ask, (method, path, body) => call(`${direct}${path}`, method, body, mine)),
  };
}
