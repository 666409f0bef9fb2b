/** An agent that answers one person about their pay slip: they say who they are, type the code, and ask. */
export type Agent = { hear(text: string): Promise<string> };

type State =
  | { readonly kind: 'unidentified' }
  | { readonly kind: 'pending'; readonly record: string }
  | { readonly kind: 'verified'; readonly record: string; readonly token: string };

type Answer = {
  readonly status: number;
  readonly result: string | null;
  readonly body: Readonly<Record<string, unknown>>;
};

const START: State = { kind: 'unidentified' };
const RESTART = 'Tell me your employee number to start again.';

/** `url` is where countersign stands in front of the HR API, `token` the agent's own, by which the API knows it. */
export function createAgent(url: string, token: string): Agent {
  let state: State = START;

  async function call(method: string, path: string, body?: object, grant?: string): Promise<Answer> {
    const response = await fetch(url + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body ? { 'content-type': 'application/json' } : {}),
        ...(grant ? { 'OTPRULES-Grant': grant } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const result = response.headers.get('otprules-result');
    return { status: response.status, result, body: (await response.json()) as Answer['body'] };
  }

  async function identify(value: string): Promise<string> {
    const { status, result, body } = await call('POST', '/_countersign/rules/9/identify', { value });
    if (result === 'record-not-found') return 'I found nobody with this number.';
    if (status !== 201) return 'I cannot send you a code at the moment. Please try again later.';
    state = { kind: 'pending', record: String(body.record) };
    return `I found your record. We sent a verification code to the number ${body.sent_to} registered in your profile. Please enter the code (expires in 5 minutes).`;
  }

  async function verify(record: string, code: string): Promise<string> {
    const { status, result, body } = await call('POST', `/_countersign/rules/9/records/${record}/grant`, {
      code,
    });
    if (status === 201) {
      state = { kind: 'verified', record, token: String(body.token) };
      return 'Identity verified.';
    }
    const [row] = (body.rules ?? []) as readonly { readonly attempts_remaining?: number }[];
    if (result === 'otp-invalid' && row?.attempts_remaining !== 0) return String(body.detail);
    state = START;
    if (result === 'otp-invalid')
      return `Incorrect code. For security, the verification was cancelled. ${RESTART}`;
    return result === 'otp-expired' ? `The code has expired. ${RESTART}` : `That did not work. ${RESTART}`;
  }

  async function show(record: string, grant: string): Promise<string> {
    const { status, body } = await call('GET', `/api/payslips/${record}`, undefined, grant);
    if (status === 200) return `Your net pay for ${body.month} is ${body.net}.`;
    // The session is over. The refusal has sent a new code already, and says where.
    const [row] = (body.rules ?? []) as readonly { readonly sent_to?: string }[];
    state = row?.sent_to ? { kind: 'pending', record } : START;
    return row?.sent_to
      ? `Your session has ended. We sent a new code to ${row.sent_to}. Please enter it.`
      : `Your session has ended. ${RESTART}`;
  }

  return {
    hear(text) {
      if (state.kind === 'unidentified') return identify(text);
      return state.kind === 'pending' ? verify(state.record, text) : show(state.record, state.token);
    },
  };
}
