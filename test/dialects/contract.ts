import { describe, expect, it, onTestFinished } from 'vitest';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { createTestGateway, type TestGateway } from '../../src/testing.ts';
import { refuse } from '../harness/answers.ts';
import type { Answer, Crm } from '../harness/crm.ts';
import { type Answered, repOf } from '../harness/rep.ts';

/** A request as a client of the CRM would send it. */
export type Call = {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

type Fields = Readonly<Record<string, unknown>>;

/** A stand-in for the CRM, with one record that is guarded. */
export type GuardedCrm = Pick<Crm, 'url' | 'received' | 'answerWith' | 'close'> & {
  /** The fields of the guarded record as they are stored; undefined where it is gone. */
  stored(): Fields | undefined;
};

/** Saves that close the record, if anything does, and that are no save. */
export type Mistakes = {
  /** The record's fields are not JSON. */
  readonly notJson: Call;
  /** The fields, or one of them, stand there twice. */
  readonly twice: Call;
  /** They stand in the address. */
  readonly inTheAddress: Call;
  /** The record is of a kind that the CRM has not. */
  readonly ofNoModule: Call;
  /** It is said to be of two kinds, or to be two records. */
  readonly againstItself: Call;
  /** 201 records at once. */
  readonly tooMany: Call;
};

/**
 * A dialect to be examined: a CRM with one record, how its clients ask for it and save it, and how it refuses. The record's
 * `status` is not "Closed", and its `email` is an address.
 */
export type DialectUnderTest = {
  start(): Promise<GuardedCrm>;
  readonly modules: ConfigInput['modules'];
  /** The configuration's name for the record's module. */
  readonly module: string;
  /** The CRM's names for the fields. */
  readonly fields: { readonly status: string; readonly email: string; readonly subject: string };
  /** The caller's credentials, `Authorization`; null where they stand in the calls. */
  readonly credentials: string | null;
  /** The call as somebody without credentials would send it, where they stand in the call. */
  readonly asStranger?: (call: Call) => Call;
  /** Lists, records, searches: they pass as they are. */
  readonly reads: readonly Call[];
  /** POSTs that save nothing, as of a login. */
  readonly harmless: readonly Call[];
  /** A save of the record. */
  save(fields: Fields): Call;
  /** The same with a member of its own, in each place where a code may stand in the body. */
  readonly places: readonly ((fields: Fields, code: Fields) => Call)[];
  create(fields: Fields): Call;
  readonly remove: Call;
  /** A request that saves two records, the guarded one first, and the address of the other. */
  readonly pair?: {
    readonly ids: readonly [string, string];
    readonly email: string;
    save(fields: Fields): Call;
  };
  /** A save of a record that is not there, and the status by which the CRM says so. */
  readonly missing?: readonly [call: Call, status: number];
  /** A save of the record by another spelling of its id, which the CRM takes for the same. */
  readonly respelt?: Call;
  /** Writes to what no module maps. */
  readonly unmapped: readonly Call[];
  /** Writes that nobody can judge, each of which is refused. */
  readonly unknown: readonly Call[];
  /** Requests by which the CRM would close or remove the record, or change where its codes go, and which are refused. */
  readonly disguises: readonly (readonly [name: string, call: Call])[];
  /** Requests that no server should have to read, and which are refused. */
  readonly nonsense: readonly (readonly [name: string, call: Call])[];
  /** What goes wrong in clients of every CRM, in the words of this one. */
  readonly mistakes: Mistakes;
  /** What the CRM answers to a save that it does not accept. */
  readonly refuses: Answer;
  /** What of a refusal the dialect's envelope holds. */
  refusalIn(answer: Answered): { readonly code: unknown; readonly message: unknown; readonly rules: unknown };
  /** The status of a refusal, where the CRM has one of its own. */
  readonly refusalStatus?: number;
  /** The status by which the CRM tells a caller without credentials that it shows nothing. */
  readonly strangerStatus: number;
};

type Scene = {
  readonly crm: GuardedCrm;
  readonly gateway: TestGateway;
  send(call: Call, headers?: Record<string, string>): Promise<Answered>;
  /** The same past the gateway. */
  sendToCrm(call: Call): Promise<Answered>;
  asStranger(call: Call): Promise<Answered>;
  code(): string;
};

/** What every dialect promises, all of it over HTTP. */
export function describeDialect(name: string, dialect: DialectUnderTest): void {
  const { fields, save, remove, reads, harmless, places } = dialect;
  const closing = { [fields.status]: 'Closed' };

  async function open(
    changes: Partial<Pick<ConfigInput, 'unmappedWrites' | 'passthrough'>> = {},
  ): Promise<Scene> {
    const crm = await dialect.start();
    const send = { to: [{ channel: 'email', address: fields.email }] };
    const gateway = createTestGateway({
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
    });
    const { url } = await gateway.listen();
    onTestFinished(async () => {
      await gateway.close();
      await crm.close();
    });
    const to =
      (url: string, credentials: string | null) =>
      ({ method, path, body, headers }: Call, more: Record<string, string> = {}) =>
        repOf(url, credentials).call(method, path, body, { ...headers, ...more });
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

  describe(`${name} as a dialect`, () => {
    it.each([...reads, ...harmless])('lets $method $path pass as the CRM answers it', async (call) => {
      const scene = await open();
      const [direct, answer] = [await scene.sendToCrm(call), await scene.send(call)];
      expect(direct.status).toBeLessThan(300);
      expect([answer.status, answer.text]).toEqual([direct.status, direct.text]);
      expect(answer.result).toBeNull();
    });

    it('lets a save pass that no rule speaks about', async () => {
      const scene = await open();
      const answer = await scene.send(save({ [fields.subject]: 'Three boxes' }));
      expect(answer.status).toBeLessThan(300);
      expect(scene.crm.stored()?.[fields.subject]).toBe('Three boxes');
      expect(scene.gateway.lastCode()).toBeUndefined();
    });

    it('reads the stored record with the credentials of the caller', async () => {
      const scene = await open();
      await scene.send(save(closing));
      const [request, ...others] = scene.crm.received;
      expect(others).toEqual([]);
      expect(request?.method).toBe('GET');
      if (dialect.credentials !== null) {
        const own = request?.headers.find(([name]) => name.toLowerCase() === 'authorization');
        expect(own?.[1]).toBe(dialect.credentials);
      }
    });

    it('hands on what the CRM answers to somebody whom it does not know', async () => {
      const scene = await open();
      const answer = await scene.asStranger(save(closing));
      expect(answer.status).toBe(dialect.strangerStatus);
      expect(answer.result).toBeNull();
      expect(scene.gateway.lastCode()).toBeUndefined();
    });

    const { missing, respelt } = dialect;
    if (missing)
      it('hands on what the CRM answers where there is no such record', async () => {
        const scene = await open();
        const answer = await scene.send(missing[0]);
        expect([answer.status, answer.result]).toEqual([missing[1], null]);
      });

    if (respelt)
      it('refuses another spelling of the id, so that a record has one row in the ledger', async () => {
        const scene = await open();
        const own = await scene.send(save(closing));
        const answer = await scene.send(respelt, { 'OTPRULES-OTP-7': scene.code() });
        refused(own, 'otp-required');
        refused(answer, 'request-unreadable');
        expect(scene.crm.stored()?.[fields.status]).not.toBe('Closed');
      });

    it('refuses in the words of the CRM a save that a rule speaks about', async () => {
      const scene = await open();
      const answer = await scene.send(save(closing));
      refused(answer, 'otp-required');
      expect(answer.status).toBe(dialect.refusalStatus ?? 428);
      expect(dialect.refusalIn(answer).rules).toMatchObject([
        { rule: '7', field: expect.stringMatching(/^OTPRULES_OTP_/) },
      ]);
      expect(answer.text).not.toContain(scene.code());
      expect(scene.crm.stored()?.[fields.status]).not.toBe('Closed');
    });

    it.each([
      'OTPRULES-OTP-7',
      'otprules_otp_closingco',
      'OTPRULES-OTP',
    ])('takes the code in the header %s, and the CRM sees none', async (header) => {
      const scene = await open();
      await scene.send(save(closing));
      const value = header === 'OTPRULES-OTP' ? `7=${scene.code()}` : scene.code();
      const answer = await scene.send(save(closing), { [header]: value });
      expect([answer.result, answer.code]).toEqual(['verified', 'used']);
      expect(scene.crm.stored()?.[fields.status]).toBe('Closed');
      expect(wire(scene)).not.toMatch(/otprules/i);
    });

    it.each(
      places.flatMap((_, place) =>
        ['OTPRULES_OTP_7', 'otprules-otp-ClosingCo'].map((name) => [name, place] as const),
      ),
    )('takes the code as the field %s in place %i of the body, and the CRM sees none', async (field, place) => {
      const scene = await open();
      await scene.send(save(closing));
      const call = places[place]?.(closing, { [field]: scene.code() });
      const answer = await scene.send(call as Call);
      expect([answer.result, answer.code]).toEqual(['verified', 'used']);
      expect(scene.crm.stored()?.[fields.status]).toBe('Closed');
      expect(wire(scene)).not.toMatch(/otprules/i);
    });

    it('sends no code on with a save that no rule speaks about', async () => {
      const scene = await open();
      for (const place of places)
        await scene.send(place({ [fields.subject]: 'x' }, { OTPRULES_OTP_99: '123456' }));
      expect(scene.crm.received.length).toBeGreaterThan(0);
      expect(wire(scene)).not.toMatch(/otprules|123456/i);
    });

    it('refuses a code in the address', async () => {
      const scene = await open();
      const call = save(closing);
      const mark = call.path.includes('?') ? '&' : '?';
      refused(
        await scene.send({ ...call, path: `${call.path}${mark}OTPRULES_OTP_7=123456` }),
        'request-unreadable',
      );
      expect(scene.crm.received).toEqual([]);
    });

    it('refuses a wrong code in the words of the CRM, and a used one', async () => {
      const scene = await open();
      await scene.send(save(closing));
      const wrong = String((Number(scene.code()) + 1) % 1_000_000).padStart(6, '0');
      refused(await scene.send(save(closing), { 'OTPRULES-OTP-7': wrong }), 'otp-invalid');
      await scene.send(save(closing), { 'OTPRULES-OTP-7': scene.code() });
      await scene.send(save({ [fields.status]: 'Open' }));
      refused(await scene.send(save(closing), { 'OTPRULES-OTP-7': scene.code() }), 'otp-used');
    });

    it('keeps the code where the CRM does not save', async () => {
      const scene = await open();
      await scene.send(save(closing));
      scene.crm.answerWith((received, response, proceed) =>
        received.method === 'GET' ? proceed() : dialect.refuses(received, response, proceed),
      );
      const first = await scene.send(save(closing), { 'OTPRULES-OTP-7': scene.code() });
      expect(first.code).toBe('kept');
      scene.crm.answerWith();
      const second = await scene.send(save(closing), { 'OTPRULES-OTP-7': scene.code() });
      expect(second.code).toBe('used');
      expect(scene.crm.stored()?.[fields.status]).toBe('Closed');
    });

    it('holds the code where nobody knows whether it was saved', async () => {
      const scene = await open();
      await scene.send(save(closing));
      const fails = refuse(500);
      scene.crm.answerWith((received, response, proceed) =>
        received.method === 'GET' ? proceed() : fails(received, response, proceed),
      );
      expect((await scene.send(save(closing), { 'OTPRULES-OTP-7': scene.code() })).code).toBe('held');
    });

    const { pair } = dialect;
    if (pair)
      it('wants a code for each of two records, and saves both or none', async () => {
        const scene = await open();
        const own = String(scene.crm.stored()?.[fields.email]);
        const first = await scene.send(pair.save(closing));
        refused(first, 'otp-required');
        expect(dialect.refusalIn(first).rules).toMatchObject(
          pair.ids.map((record) => ({ rule: '7', record })),
        );
        const codes = [own, pair.email].map((email) => scene.gateway.lastCode(email));
        const [one, both] = [1, 2].map((count) =>
          pair.ids
            .slice(0, count)
            .map((record, index) => `7/${record}=${codes[index]}`)
            .join(', '),
        );
        refused(await scene.send(pair.save(closing), { 'OTPRULES-OTP': one ?? '' }), 'otp-required');
        expect(scene.crm.stored()?.[fields.status]).not.toBe('Closed');
        const answer = await scene.send(pair.save(closing), { 'OTPRULES-OTP': both ?? '' });
        expect(answer.code).toBe('used');
        expect(scene.crm.stored()?.[fields.status]).toBe('Closed');
      });

    it('guards the address that codes go to', async () => {
      const scene = await open();
      refused(await scene.send(save({ [fields.email]: 'rep@example.com' })), 'otp-required');
      expect(scene.gateway.lastCode('rep@example.com')).toBeUndefined();
      expect(scene.crm.stored()?.[fields.email]).not.toBe('rep@example.com');
    });

    it('asks for a code before a record is deleted', async () => {
      const scene = await open();
      refused(await scene.send(remove), 'otp-required');
      expect(scene.crm.stored()).toBeDefined();
      const answer = await scene.send(remove, { 'OTPRULES-OTP-8': scene.code() });
      expect(answer.code).toBe('used');
      expect(scene.crm.stored()).toBeUndefined();
    });

    it('creates a record, but none in a state that a rule speaks about', async () => {
      const scene = await open();
      refused(
        await scene.send(dialect.create({ [fields.subject]: 'New', ...closing })),
        'otp-create-refused',
      );
      expect(scene.crm.received).toEqual([]);
      const answer = await scene.send(dialect.create({ [fields.subject]: 'New', [fields.status]: 'Open' }));
      expect(answer.status).toBeLessThan(300);
      expect(scene.crm.received).toHaveLength(1);
    });

    it.each(
      dialect.unmapped,
    )('refuses $method $path, which no module maps, and lets it pass where the configuration says so', async (call) => {
      const closed = await open();
      refused(await closed.send(call), 'unmapped-write');
      expect(closed.crm.received).toEqual([]);
      const opened = await open({ unmappedWrites: 'forward' });
      expect((await opened.send(call, { 'OTPRULES-OTP-7': '123456' })).status).toBeLessThan(300);
      expect(opened.crm.received).toHaveLength(1);
      expect(wire(opened)).not.toMatch(/otprules/i);
    });

    it.each(
      dialect.unknown,
    )('refuses $method $path, which nobody can judge, whatever the configuration says', async (call) => {
      const scene = await open({ unmappedWrites: 'forward' });
      refused(await scene.send(call), 'unmapped-write');
      expect(scene.crm.received).toEqual([]);
    });

    it.each(dialect.disguises)('is not deceived by %s', async (_name, call) => {
      const unguarded = await open();
      const before = unguarded.crm.stored();
      await unguarded.sendToCrm(call);
      expect(unguarded.crm.stored()).not.toEqual(before);
      const scene = await open({ unmappedWrites: 'forward' });
      const answer = await scene.send(call);
      expect(dialect.refusalIn(answer).code).toEqual(expect.any(String));
      expect(answer.result).not.toBeNull();
      expect(scene.crm.stored()).toEqual(before);
    });

    it.each(dialect.nonsense)('refuses %s', async (_name, call) => {
      const scene = await open({ unmappedWrites: 'forward' });
      refused(await scene.send(call), 'request-unreadable');
      expect(scene.crm.received).toEqual([]);
    });

    it.each([
      ['fields that are not JSON', 'notJson'],
      ['fields that stand there twice', 'twice'],
      ['fields in the address', 'inTheAddress'],
      ['a record of no module', 'ofNoModule'],
      ['a record that is two', 'againstItself'],
      ['201 records at once', 'tooMany'],
    ] as const)('refuses the mistake of %s, in the words of the CRM', async (_name, mistake) => {
      const scene = await open();
      const before = scene.crm.stored();
      const answer = await scene.send(dialect.mistakes[mistake]);
      refused(answer, mistake === 'ofNoModule' ? 'unmapped-write' : 'request-unreadable');
      expect(scene.crm.received).toEqual([]);
      expect(scene.crm.stored()).toEqual(before);
    });
  });
}
