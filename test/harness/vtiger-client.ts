import { createHash } from 'node:crypto';
import type { Answered } from './rep.ts';
import { repOf } from './rep.ts';

type Parameters = Readonly<Record<string, string>>;
type Fields = Readonly<Record<string, unknown>>;
type Extra = { readonly beside?: Parameters; readonly headers?: Record<string, string> };

/** A client as Vtiger's documentation writes it: one address, forms, a session as a parameter. */
export type VtigerClient = {
  /** The session, once there is one. */
  session: string;
  get(operation: string, parameters?: Parameters): Promise<Answered>;
  post(operation: string, parameters?: Parameters, headers?: Record<string, string>): Promise<Answered>;
  /** `getchallenge`, then `login` with the MD5 of token and access key. */
  login(user: string, accessKey: string): Promise<Answered>;
  revise(fields: Fields, extra?: Extra): Promise<Answered>;
};

export function vtigerClientOf(url: string, session = ''): VtigerClient {
  const { call } = repOf(url, null);
  const own = (operation: string, parameters: Parameters) =>
    new URLSearchParams({
      operation,
      ...(client.session === '' ? {} : { sessionName: client.session }),
      ...parameters,
    }).toString();
  const client: VtigerClient = {
    session,
    get: (operation, parameters = {}) => call('GET', `/webservice.php?${own(operation, parameters)}`),
    post: (operation, parameters = {}, headers = {}) =>
      call('POST', '/webservice.php', own(operation, parameters), {
        'content-type': 'application/x-www-form-urlencoded',
        ...headers,
      }),
    async login(username, accessKey) {
      const challenge = await client.get('getchallenge', { username });
      const { token } = resultOf(challenge);
      const key = createHash('md5').update(`${token}${accessKey}`).digest('hex');
      const answer = await client.post('login', { username, accessKey: key });
      client.session = resultOf(answer)['sessionName'] ?? '';
      return answer;
    },
    revise: (fields, { beside = {}, headers = {} } = {}) =>
      client.post('revise', { element: JSON.stringify(fields), ...beside }, headers),
  };
  return client;
}

function resultOf({ text }: Answered): Parameters {
  return (JSON.parse(text) as { readonly result: Parameters }).result;
}
