import { type Asked, type Said, type StandIn, startStandIn } from '../harness/stand-in.ts';

/** What a customer was sent. */
export type Text = { readonly to: string; readonly text: string };
export type ProviderStandIn = StandIn & { readonly texts: readonly Text[] };

type Provider = {
  readonly path: string;
  /** What is wrong with a request, to the letter of the documentation; undefined where nothing is. */
  faultOf(asked: Asked): Said | undefined;
  textOf(asked: Asked): Text;
  readonly yes: Said;
};

const formOf = ({ body }: Asked) => new URLSearchParams(body.toString());
const isForm = (asked: Asked) => asked.header('content-type') === 'application/x-www-form-urlencoded';
const inForm = (asked: Asked, name: string) => formOf(asked).get(name) ?? '';
const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

export const PROVIDERS: Readonly<Record<string, Provider>> = {
  // https://developer.vonage.com/en/api/sms
  vonage: {
    path: '/sms/json',
    faultOf(asked) {
      const fields = [...formOf(asked).keys()].sort().join();
      if (!isForm(asked) || fields !== 'api_key,api_secret,from,text,to,ttl,type')
        return { status: 200, body: { messages: [{ status: '2', 'error-text': 'Missing to param' }] } };
      const isKnown = inForm(asked, 'api_key') === 'the key' && inForm(asked, 'api_secret') === 'the secret';
      return isKnown
        ? undefined
        : { status: 200, body: { messages: [{ status: '4', 'error-text': 'Bad Credentials' }] } };
    },
    textOf: (asked) => ({ to: inForm(asked, 'to'), text: inForm(asked, 'text') }),
    yes: { status: 200, body: { 'message-count': '1', messages: [{ status: '0', 'message-id': '0A00' }] } },
  },
  // https://46elks.com/docs/send-sms
  '46elks': {
    path: '/a1/sms',
    faultOf(asked) {
      if (asked.header('authorization') !== basic('u0123456789', 'the password'))
        return { status: 401, body: 'API access requires Basic HTTP authentication' };
      return isForm(asked) && inForm(asked, 'from') === 'Acme'
        ? undefined
        : { status: 400, body: 'Missing key from' };
    },
    textOf: (asked) => ({ to: inForm(asked, 'to'), text: inForm(asked, 'message') }),
    yes: { status: 200, body: { status: 'created', id: 's70df59406a1b4643b96f3f91e0bfb7b0' } },
  },
  // https://www.smsapi.com/docs
  smsapi: {
    path: '/sms.do',
    faultOf(asked) {
      if (asked.header('authorization') !== 'Bearer the token') return { status: 200, body: 'ERROR:101' };
      if (asked.header('content-type') !== 'application/json' || !asked.header('x-request-id'))
        return { status: 200, body: 'ERROR:8' };
      return asked.json['to'] ? undefined : { status: 200, body: 'ERROR:13' };
    },
    textOf: ({ json }) => ({ to: String(json['to']), text: String(json['message']) }),
    yes: { status: 200, body: 'OK:8FC9B1E2D7:0.16:48500000000' },
  },
};

/** A provider of that name, as strict as its documentation. */
export async function startProvider(name: string): Promise<ProviderStandIn> {
  const provider = PROVIDERS[name];
  if (!provider) throw new Error(`no provider ${name}`);
  const texts: Text[] = [];
  const standIn = await startStandIn((asked) => {
    if (asked.method !== 'POST' || asked.path !== provider.path) return { status: 404 };
    const fault = provider.faultOf(asked);
    if (fault) return fault;
    texts.push(provider.textOf(asked));
    return provider.yes;
  });
  return { ...standIn, texts };
}
