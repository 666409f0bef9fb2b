import { once } from 'node:events';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Channel } from '../../src/ports.ts';
import type { StandIn } from '../harness/stand-in.ts';
import { messageOf } from './contract.ts';
import { certificate, privateKey } from './localhost-certificate.ts';
import { PHONE } from './phones.ts';

export type HttpChannelUnderTest = {
  start(): Promise<StandIn>;
  /** The channel to a provider at this address, with a deadline. */
  open(url: string, timeoutMs: number): Channel;
};

/** For providers that never answer. */
const SHORT_MS = 400;
/** For those that answer something in time, also on a busy machine, and not all. */
const PATIENT_MS = 2000;
const LONG_MS = 5000;

/** What every channel over HTTP makes of a provider that does not do its part. */
export function describeHttpFailures(name: string, { start, open }: HttpChannelUnderTest): void {
  const message = messageOf({ address: PHONE });
  const echo = `no ${message.code} to ${PHONE}`;
  const standIn = async () => {
    const provider = await start();
    onTestFinished(provider.close);
    return provider;
  };
  const channelTo = (url: string, timeoutMs = LONG_MS) => {
    const channel = open(url, timeoutMs);
    onTestFinished(channel.close);
    return channel;
  };

  describe(`${name}: a provider that answers`, () => {
    it.each([
      301, 302, 307, 400, 401, 403, 404, 410, 422, 429,
    ])('%i did not take the message, and is not asked again', async (status) => {
      const provider = await standIn();
      provider.answerWith((_, response) => {
        response.writeHead(status, { location: `${provider.url}/elsewhere`, 'retry-after': '1' }).end(echo);
      });
      expect(await channelTo(provider.url).deliver(message)).toEqual({
        kind: 'refused',
        reason: `HTTP ${status}`,
      });
      expect(provider.received).toHaveLength(1);
    });

    it.each([500, 502, 503, 504])('%i may have taken it, and is not asked again', async (status) => {
      const provider = await standIn();
      provider.answerWith((_, response) => {
        response.writeHead(status).end(echo);
      });
      expect(await channelTo(provider.url).deliver(message)).toEqual({
        kind: 'unknown',
        reason: `HTTP ${status}`,
      });
      expect(provider.received).toHaveLength(1);
    });

    it('2xx has taken it, whatever becomes of the rest of the answer', async () => {
      const provider = await standIn();
      provider.answerWith((_, response) => {
        response.writeHead(200, { 'content-length': '100' }).write('{', () => response.destroy());
      });
      expect(await channelTo(provider.url).deliver(message)).toEqual({ kind: 'accepted' });
    });

    it('a refusal without end has still refused it', async () => {
      const provider = await standIn();
      provider.answerWith((_, response) => {
        response.writeHead(400).write('{"code":');
      });
      const delivery = await channelTo(provider.url, PATIENT_MS).deliver(message);
      expect(delivery).toEqual({ kind: 'refused', reason: 'HTTP 400' });
    });
  });

  describe(`${name}: a provider that does not answer`, () => {
    it('may have taken the message when it hangs, and does not keep the next one from getting through', async () => {
      const provider = await standIn();
      provider.answerWith(() => undefined);
      const channel = channelTo(provider.url, PATIENT_MS);
      const reason = 'deadline passed, after the request was begun';
      expect(await channel.deliver(message)).toEqual({ kind: 'unknown', reason });
      provider.answerWith((_seen, _response, proceed) => proceed());
      expect(await channel.deliver(message)).toEqual({ kind: 'accepted' });
      expect(provider.received).toHaveLength(2);
    });

    it('may have taken it when it hangs up, and is not asked again', async () => {
      const provider = await standIn();
      provider.answerWith((_, response) => response.destroy());
      const delivery = await channelTo(provider.url).deliver(message);
      expect(delivery).toEqual({
        kind: 'unknown',
        reason: expect.stringMatching(/, after the request was begun$/),
      });
      expect(provider.received).toHaveLength(1);
    });

    it('did not take it when nobody listens', async () => {
      const provider = await start();
      await provider.close();
      expect(await channelTo(provider.url).deliver(message)).toEqual({
        kind: 'refused',
        reason: 'ECONNREFUSED',
      });
    });

    it('did not take it when its name is unknown', async () => {
      expect((await channelTo('http://nowhere.invalid').deliver(message)).kind).toBe('refused');
    });

    it('did not take it when its certificate is nobody’s we trust', async () => {
      let asked = 0;
      const server = createTlsServer({ key: privateKey, cert: certificate }, (_, response) => {
        asked++;
        response.end();
      });
      const delivery = await channelTo(`https://localhost:${await portOf(server)}`).deliver(message);
      expect(delivery).toEqual({ kind: 'refused', reason: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
      expect(asked).toBe(0);
    });

    it('did not take it when it never gets as far as a request', async () => {
      const server = createTcpServer(() => undefined);
      const channel = channelTo(`https://localhost:${await portOf(server)}`, SHORT_MS);
      expect(await channel.deliver(message)).toEqual({ kind: 'refused', reason: expect.any(String) });
    });
  });
}

async function portOf(server: ReturnType<typeof createTcpServer>): Promise<number> {
  server.on('connection', (socket) => onClose.push(() => socket.destroy()));
  const onClose: (() => void)[] = [];
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const close of onClose) close();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}
