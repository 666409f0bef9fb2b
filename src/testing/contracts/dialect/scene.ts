import { expect, onTestFinished } from 'vitest';
import type { ConfigInput } from '../../../config/schema/schema.ts';
import { createTestGateway, type TestGateway } from '../../../testing.ts';
import { type Answered, callerOf } from '../../call.ts';
import type { Received } from '../../received.ts';
import type { Call, DialectUnderTest, Fields, GuardedCrm } from './under-test.ts';

/** A gateway in front of the CRM. */
export type Scene = {
  readonly crm: GuardedCrm;
  readonly gateway: TestGateway;
  send(call: Call, headers?: Record<string, string>): Promise<Answered>;
  /** The same past the gateway. */
  sendToCrm(call: Call): Promise<Answered>;
  asStranger(call: Call): Promise<Answered>;
  code(): string;
};

/** What the parts of the contract work with. */
export type Stage = {
  readonly dialect: DialectUnderTest;
  /** What closes the record, which a rule guards. */
  readonly closing: Fields;
  open(changes?: Partial<Pick<ConfigInput, 'unmappedWrites' | 'passthrough'>>): Promise<Scene>;
  /** Whether a request is a read of one record by the gateway itself. */
  isRead(received: Received): boolean;
  /** All that the CRM received. */
  wire(scene: Scene): string;
  /** Holds that the answer is this refusal, in the words of the CRM. */
  refused(answer: Answered, slug: string): void;
};

/** Opens gateways in front of the CRM of a dialect. */
export function stageOf(dialect: DialectUnderTest): Stage {
  const { fields } = dialect;
  const closing = { [fields.status]: 'Closed' };

  async function open(
    changes: Partial<Pick<ConfigInput, 'unmappedWrites' | 'passthrough'>> = {},
  ): Promise<Scene> {
    const crm = await dialect.start();
    const send = { to: [{ channel: 'email', address: fields.email }] };
    const gateway = createTestGateway(
      {
        listen: { port: 0 },
        admin: false,
        upstream: { url: crm.url },
        modules: dialect.modules,
        rules: [
          {
            id: 7,
            name: 'Closing & Co.',
            module: dialect.module,
            when: { changed_to: [fields.status, 'Closed'] },
            send,
          },
          {
            id: 8,
            name: 'Removal',
            module: dialect.module,
            on: ['delete'],
            when: true,
            onCreate: 'allow',
            send,
          },
        ],
        ...changes,
      },
      { plugins: dialect.plugins ?? [] },
    );
    const { url } = await gateway.listen();
    onTestFinished(async () => {
      await gateway.close();
      await crm.close();
    });
    const to =
      (url: string, credentials: string | null) =>
      ({ method, path, body, headers }: Call, more: Record<string, string> = {}) =>
        callerOf(url, credentials)(method, path, body, { ...headers, ...more });
    const code = () => gateway.lastCode() ?? 'no code was sent';
    return {
      crm,
      gateway,
      send: to(url, dialect.credentials),
      sendToCrm: to(crm.url, dialect.credentials),
      asStranger: (call) => to(url, null)(dialect.asStranger?.(call) ?? call),
      code,
    };
  }

  const wire = ({ crm }: Scene) =>
    crm.received
      .map(({ method, path, headers, body }) => `${method} ${path}\n${headers.join('\n')}\n${body}`)
      .join('\n\n');
  const refused = (answer: Answered, slug: string) => {
    expect(answer.result).toBe(slug);
    expect(dialect.refusalIn(answer).code).toBe(slug.toUpperCase().replaceAll('-', '_'));
    expect(dialect.refusalIn(answer).message).toEqual(expect.any(String));
  };
  const isRead = dialect.isRead ?? (({ method }: Received) => method === 'GET');
  return { dialect, closing, open, isRead, wire, refused };
}
