import { Readable } from 'node:stream';
import { createDirectus, rest, staticToken, updateItem } from '@directus/sdk';
import axios from 'axios';
import ky from 'ky';
import { Request as UndiciRequest, fetch as undiciFetch } from 'undici';
import { describe, expect, it, vi } from 'vitest';
import { withCountersign as withAxios } from '../../src/client/axios.ts';
import { type Challenge, CountersignError, withCountersign } from '../../src/client/client.ts';
import { countersignHook } from '../../src/client/ky.ts';
import { openWorld, type WorldOptions } from '../harness/world.ts';
import { gotFetch, superagentFetch } from './libraries.ts';
import { DELIVERED, otherThan, thrown } from './stage.ts';

const NOTE = '/api/DeliveryNotes/45';
const HEADERS = { authorization: 'Bearer rep', 'content-type': 'application/json' };

/** A world, and somebody who reads codes: the first time a wrong one. */
async function open(options: WorldOptions = {}, collection = '/api/DeliveryNotes') {
  const world = await openWorld(options, { collection });
  const ask = vi.fn((_: Challenge): string | undefined =>
    ask.mock.calls.length === 1 ? otherThan(world.code()) : world.code(),
  );
  const saved = () => world.crm.received.filter(({ method }) => method === 'PATCH');
  return { ...world, ask, saved };
}

describe('by the form of fetch', () => {
  const body = JSON.stringify(DELIVERED);

  it.each([
    ['undici', undiciFetch as unknown as typeof fetch],
    ['got', gotFetch],
    ['superagent', superagentFetch],
  ])('%s asks for the code, and again after a wrong one', async (_, plain) => {
    const { url, ask, saved } = await open();
    const api = withCountersign(plain, { ask });
    const response = await api(`${url}${NOTE}`, { method: 'PATCH', headers: HEADERS, body });
    expect([response.status, response.headers.get('OTPRULES-Result')]).toEqual([200, 'verified']);
    expect(await response.json()).toMatchObject(DELIVERED);
    expect(ask).toHaveBeenCalledTimes(2);
    expect(saved()).toHaveLength(1);
  });

  it('undici takes a Request of its own', async () => {
    const { url, ask, saved } = await open();
    const api = withCountersign(undiciFetch, { ask });
    const response = await api(
      new UndiciRequest(`${url}${NOTE}`, { method: 'PATCH', headers: HEADERS, body }),
    );
    expect(response.status).toBe(200);
    expect(saved().map((one) => one.body.toString())).toEqual([body]);
  });

  it('the SDK of Directus saves with the code', async () => {
    const { url, ask, crm, saved } = await open(
      { modules: { DeliveryNotes: { dialect: 'rest', path: '/items/deliveries', record: '/data' } } },
      '/items/deliveries',
    );
    crm.answerWith(({ method }, response, proceed) => {
      if (method !== 'GET') return proceed();
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ data: crm.records.get('45') }));
    });
    const client = createDirectus<{ deliveries: { id: string; status: string }[] }>(url, {
      globals: { fetch: withCountersign(fetch, { ask }) },
    })
      .with(staticToken('rep'))
      .with(rest());
    await client.request(updateItem('deliveries', '45', DELIVERED));
    expect(crm.records.get('45')).toMatchObject(DELIVERED);
    expect(saved()).toHaveLength(1);
  });
});

describe('an instance of axios', () => {
  const create = (url: string) =>
    axios.create({ baseURL: `${url}/api`, headers: { authorization: 'Bearer rep' } });

  it('asks for the code, and again after a wrong one, and is the same instance', async () => {
    const { url, ask, saved } = await open();
    const instance = create(url);
    const api = withAxios(instance, { ask });
    expect(api).toBe(instance);
    const { status, data, headers } = await api.patch('/DeliveryNotes/45', DELIVERED);
    expect({ status, data, result: headers['otprules-result'] }).toMatchObject({
      status: 200,
      data: DELIVERED,
      result: 'verified',
    });
    expect(ask.mock.calls.map(([{ previous }]) => previous)).toEqual([undefined, 'otp-invalid']);
    expect(saved()).toHaveLength(1);
  });

  it('rejects with a CountersignError where the person gives up, its answer as it was', async () => {
    const { url, saved } = await open();
    const error = (await thrown(
      withAxios(create(url), { ask: () => undefined }).patch('/DeliveryNotes/45', DELIVERED),
    )) as CountersignError;
    expect(error).toBeInstanceOf(CountersignError);
    expect(error).toMatchObject({ slug: 'otp-required', gaveUp: true, rules: [{ rule: '7' }] });
    expect(error.response).toBeInstanceOf(Response);
    expect(error.response.headers).toBeInstanceOf(Headers);
    expect(await error.response.json()).toMatchObject({ status: 428 });
    expect(saved()).toEqual([]);
  });

  it('runs its own interceptors once, and rejects as ever where the CRM refuses', async () => {
    const { url, ask, crm } = await open();
    const instance = create(url);
    const seen = vi.fn();
    instance.interceptors.request.use((config) => {
      seen(config.method);
      return config;
    });
    instance.interceptors.response.use((response) => response.data);
    withAxios(instance, { ask });
    expect(await instance.patch('/DeliveryNotes/45', DELIVERED)).toMatchObject(DELIVERED);
    expect(seen.mock.calls).toEqual([['patch']]);
    crm.answerWith((_, response) => void response.writeHead(422).end('{"message":"no"}'));
    const error = await thrown(instance.patch('/DeliveryNotes/45', { note: 'x' }));
    expect(axios.isAxiosError(error) && error.response?.data).toEqual({ message: 'no' });
  });

  it('has a code sent again with its own credentials and settings', async () => {
    const { url, gateway, code } = await open();
    const api = withAxios(create(url), {
      async ask({ resend }) {
        gateway.clock.advance(60_000);
        expect(await resend()).toMatchObject({ rule: '7', result: 'sent' });
        return code();
      },
    });
    expect((await api.patch('/DeliveryNotes/45', DELIVERED)).status).toBe(200);
    expect(gateway.outbox.messages()).toHaveLength(2);
  });

  it('keeps a stream that is short, and sends one that is long once', async () => {
    const { url, ask, saved } = await open();
    const stream = () => Readable.from([JSON.stringify(DELIVERED)]);
    const headers = { 'content-type': 'application/json' };
    const error = await thrown(
      withAxios(create(url), { ask, bodyLimit: 5 }).patch('/DeliveryNotes/45', stream(), { headers }),
    );
    expect(error).toMatchObject({ slug: 'otp-required', gaveUp: false });
    expect(ask).not.toHaveBeenCalled();
    await withAxios(create(url), { ask }).patch('/DeliveryNotes/45', stream(), { headers });
    expect(saved().map(({ body }) => JSON.parse(body.toString()))).toEqual([DELIVERED]);
  });

  it('ends with its signal while somebody is asked', async () => {
    const { url, saved } = await open();
    const controller = new AbortController();
    const api = withAxios(create(url), {
      ask: () => {
        controller.abort();
        return new Promise(() => {});
      },
    });
    const { signal } = controller;
    const error = await thrown(api.patch('/DeliveryNotes/45', DELIVERED, { signal }));
    expect(axios.isCancel(error)).toBe(true);
    expect(saved()).toEqual([]);
  });

  it('sends a code that a failure of the CRM left unspent with the identical request', async () => {
    const { url, ask, crm, saved } = await open();
    let fails = true;
    crm.answerWith(({ method }, response, proceed) => {
      if (method === 'PATCH' && fails) response.writeHead(500).end();
      else proceed();
    });
    const api = withAxios(create(url), { ask });
    const error = await thrown(api.patch('/DeliveryNotes/45', DELIVERED));
    expect(error).toMatchObject({ response: { status: 500 } });
    fails = false;
    expect((await api.patch('/DeliveryNotes/45', DELIVERED)).status).toBe(200);
    expect(ask).toHaveBeenCalledTimes(2);
    expect(saved()).toHaveLength(2);
  });
});

describe('ky with the hook', () => {
  it.each([{}, { retry: 0 }])('asks for the code, and again after a wrong one (%j)', async (settings) => {
    const { url, ask, saved } = await open();
    const hooks = { afterResponse: [countersignHook({ ask })] };
    const api = ky.create({ headers: { authorization: 'Bearer rep' }, ...settings }).extend({ hooks });
    expect(await api.patch(`${url}${NOTE}`, { json: DELIVERED }).json()).toMatchObject(DELIVERED);
    expect(ask).toHaveBeenCalledTimes(2);
    expect(saved()).toHaveLength(1);
  });

  it('rejects with a CountersignError where the person gives up', async () => {
    const { url } = await open();
    const hooks = { afterResponse: [countersignHook({ ask: () => undefined })] };
    const api = ky.create({ headers: { authorization: 'Bearer rep' }, hooks });
    const error = await thrown(api.patch(`${url}${NOTE}`, { json: DELIVERED }));
    expect(error).toMatchObject({ name: 'CountersignError', slug: 'otp-required', gaveUp: true });
  });
});
