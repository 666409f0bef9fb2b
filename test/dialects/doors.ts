import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { createTestGateway, type TestGateway } from '../../src/testing.ts';
import type { Received } from '../harness/crm.ts';
import { rawRequest, sendRaw } from '../harness/raw.ts';
import type { GuardedCrm } from './contract.ts';

/** A request as bytes: its line, its headers, its body. */
export type Knock = {
  readonly line: string;
  readonly headers?: readonly string[];
  readonly body?: string;
};

/** What is sent to a CRM on a raw socket, through one gateway. */
export type DoorsUnderTest = {
  start(): Promise<GuardedCrm>;
  readonly modules: ConfigInput['modules'];
  readonly rules: ConfigInput['rules'];
  /** Mail alone where they are left out. */
  readonly channels?: ConfigInput['channels'];
  /** That go with each request. */
  readonly headers: readonly string[];
  /** Not a byte of them reaches the CRM, and they are answered with this status. */
  readonly refused: readonly (readonly [name: string, status: number, knock: Knock])[];
  /** They have the same shape and arrive: at this path, with this body, with a header like this. */
  readonly honest: readonly (readonly [
    name: string,
    knock: Knock,
    path: string,
    body?: string | undefined,
    header?: readonly [name: string, value: RegExp],
  ])[];
};

/** Knocks at each door, judged by the status and by the bytes that the CRM received. */
export function describeDoors(name: string, doors: DoorsUnderTest): void {
  describe(`the doors of ${name}`, () => {
    let crm: GuardedCrm;
    let gateway: TestGateway;
    let port = 0;
    let since = 0;
    const arrived = (): readonly Received[] => crm.received.slice(since).filter((one) => !isOwnRead(one));
    const knockWith = ({ line, headers = [], body = '' }: Knock) => {
      const typed = body === '' || headers.some((one) => /^content-type:/i.test(one));
      const all = [...doors.headers, ...headers, ...(typed ? [] : ['Content-Type: application/json'])];
      return sendRaw(port, rawRequest(line, all, body));
    };

    beforeAll(async () => {
      crm = await doors.start();
      gateway = createTestGateway({
        listen: { port: 0 },
        admin: false,
        upstream: { url: crm.url },
        unmappedWrites: 'forward',
        modules: doors.modules,
        rules: doors.rules,
        ...(doors.channels && { channels: doors.channels }),
      });
      port = Number(new URL((await gateway.listen()).url).port);
    });
    beforeEach(() => {
      since = crm.received.length;
    });
    afterAll(async () => {
      await gateway.close();
      await crm.close();
    });

    it.each(doors.refused)('nothing arrives by %s', async (_name, status, knock) => {
      const before = crm.stored();
      const answer = await knockWith(knock);
      expect([answer.status, arrived().map(({ method, path }) => `${method} ${path}`)]).toEqual([status, []]);
      expect(crm.stored()).toEqual(before);
    });

    const honest = doors.honest.map(([name, knock, path, body, header]) => ({
      name,
      knock,
      path,
      body,
      header,
    }));
    it.each(honest)('$name arrives', async ({ knock, path, body, header }) => {
      const answer = await knockWith(knock);
      const [request, ...others] = arrived();
      expect(answer.status).toBeLessThan(300);
      expect(others).toEqual([]);
      expect(request?.path).toBe(path);
      if (body !== undefined) expect(request?.body.toString()).toBe(body);
      const found = request?.headers.find(([name]) => name.toLowerCase() === header?.[0]);
      if (header) expect(found?.[1]).toMatch(header[1]);
    });
  });
}

/** Reads of the gateway itself say who they are. */
function isOwnRead({ headers }: Received): boolean {
  return headers.some(([name, value]) => name.toLowerCase() === 'user-agent' && value === 'countersign');
}
