import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DISGUISES } from '../attacks/disguises/all.ts';
import { bytesOf, type Draft } from '../attacks/disguises/draft.ts';
import { honestSaves } from '../attacks/disguises/honest.ts';
import { forwardedOf, slipped } from '../attacks/stage.ts';
import { FRONT_NAMES } from '../harness/front-proxies.ts';
import { rawRequest } from '../harness/raw.ts';
import { LOOKED_AT, MODULES, STRAIGHT } from './requests.ts';
import { essenceOf, type FrontStage, openFront } from './stage.ts';

const RUNS = 15;

describe.each(FRONT_NAMES)('%s with a generated file', (name) => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-routes-'));
  let stage: FrontStage;
  beforeAll(async () => {
    stage = await openFront(name, folder, MODULES);
  });
  afterAll(async () => {
    await stage.close();
    rmSync(folder, { recursive: true });
  });

  it.each(STRAIGHT)('sends straight to the CRM, as it came: %s %j', async (line, headers = [], body = '') => {
    const { answer, behind, straight } = await stage.send(rawRequest(line, headers, body));
    expect(answer?.status).toBe(200);
    expect(behind).toEqual([]);
    const [method = '', target = ''] = line.split(' ');
    const [path = '', query = ''] = target.split('?');
    expect(straight.map(essenceOf)).toEqual([{ method, path, query, body }]);
    const arrived = straight[0]?.headers.map(([key, value]) => [key.toLowerCase(), value]) ?? [];
    for (const header of headers) {
      const mark = header.indexOf(':');
      expect(arrived).toContainEqual([header.slice(0, mark).toLowerCase(), header.slice(mark + 2)]);
    }
    expect(arrived).toContainEqual(['host', new URL(stage.straight.url).host]);
  });

  it.each(LOOKED_AT)('sends nothing straight to the CRM of: %s %j', async (line, headers = [], body = '') => {
    const { straight } = await stage.send(rawRequest(line, headers, body));
    expect(straight).toEqual([]);
  });

  it('an odd name of a header makes no other method of a read', async () => {
    for (const header of ['X_HTTP_Method_Override', 'X.HTTP.Method.Override', 'X!HTTP!Method!Override']) {
      const { straight } = await stage.send(rawRequest('GET /api/DeliveryNotes/45', [`${header}: PUT`]));
      expect(straight.flatMap(({ headers }) => headers.map(([key]) => key))).not.toContain(header);
    }
  });

  it('an answer of the CRM goes to the client whatever its status is, and nobody is asked twice', async () => {
    stage.straight.answerWith((_request, response) => response.writeHead(599).end());
    const { answer, behind, straight } = await stage.send(rawRequest('GET /api/DeliveryNotes/45'));
    stage.straight.answerWith((_request, response) => response.end('{"id":"45"}'));
    expect(answer?.status).toBe(599);
    expect(behind).toEqual([]);
    expect(straight).toHaveLength(1);
  });

  it('a read arrives without the code and the grant that it brings', async () => {
    const headers = [
      'OTPRULES-OTP-7: 123456',
      'otprules-otp-deliveryconfirmationotp: 123456',
      'OTPRULES-Grant: g',
    ];
    const { answer, behind, straight } = await stage.send(rawRequest('GET /api/DeliveryNotes/45', headers));
    expect(answer?.status).toBe(200);
    const arrived = [...behind, ...straight];
    expect(arrived).toHaveLength(1);
    const names = arrived.flatMap((read) => read.headers.map(([key]) => key.toLowerCase()));
    expect(names.filter((key) => key.startsWith('otprules'))).toEqual([]);
  });

  it("the gateway is told the address of the connection, and not a client's word for it", async () => {
    const { behind } = await stage.send(
      rawRequest(
        'PUT /api/DeliveryNotes/45',
        ['Content-Type: application/json', 'X-Forwarded-For: 6.6.6.6'],
        '{"note":"x"}',
      ),
    );
    const save = behind.find(({ method }) => method === 'PUT');
    const told = save?.headers
      .filter(([key]) => key.toLowerCase() === 'x-forwarded-for')
      .map(([, value]) => value);
    expect(told?.join()).toMatch(/^127\.0\.0\.1(?:, 127\.0\.0\.1)?$/);
  });

  // Before the attacks: what of those arrives late is nothing of an honest save's.
  it('an honest save arrives as it does by the gateway alone', async () => {
    await fc.assert(
      fc.asyncProperty(honestSaves, async ({ draft }) => {
        const through = await stage.send(bytesOf(draft));
        const direct = await stage.send(bytesOf(draft), stage.gatewayPort);
        expect(through.straight).toEqual([]);
        expect(through.behind.map(essenceOf)).toEqual(direct.behind.map(essenceOf));
        expect(through.answer?.status).toBe(direct.answer?.status);
      }),
      { numRuns: RUNS },
    );
  });

  it.each(
    Object.entries(DISGUISES).filter(([kind]) => kind !== 'framings'),
  )('lets no delivery past the gateway: %s', async (_kind, drafts) => {
    await fc.assert(
      fc.asyncProperty(drafts, async (draft) => {
        const { behind, straight } = await stage.attack(bytesOf(draft));
        expect(slipped([...behind, ...straight].map(forwardedOf))).toEqual([]);
        await sameWithout(stage, draft, straight.map(essenceOf));
      }),
      { numRuns: RUNS },
    );
  });

  it('lets nothing of the recorded attacks past the gateway', async () => {
    const cases = JSON.parse(readFileSync(new URL('../attacks/corpus.json', import.meta.url), 'utf8')) as {
      readonly raw: string;
      readonly encoding: 'utf8' | 'base64';
      readonly multi?: boolean;
    }[];
    for (const { raw, encoding } of cases) {
      const text = Buffer.from(raw, encoding)
        .toString('latin1')
        .replaceAll('{{HOST}}', 'crm.test')
        .replaceAll('{{ID}}', '45');
      const body = text.slice(text.indexOf('\r\n\r\n') + 4);
      const bytes = Buffer.from(text.replaceAll('{{CL}}', String(body.length)), 'latin1');
      const { straight } = await stage.attack(bytes);
      expect(
        straight.filter(({ method, body: sent }) => !['GET', 'HEAD'].includes(method) || sent.length > 0),
      ).toEqual([]);
    }
  });
});

/** What went straight to the CRM arrives there by the gateway alone as well: it is nothing that the gateway would refuse or change. */
async function sameWithout(stage: FrontStage, draft: Draft, straight: readonly unknown[]): Promise<void> {
  if (straight.length === 0) return;
  const { behind } = await stage.send(bytesOf(draft), stage.gatewayPort);
  expect(behind.map(essenceOf)).toEqual(straight);
}
