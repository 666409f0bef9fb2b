import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Headers } from '../../core/wire/headers.ts';
import type { Random } from '../../ports.ts';

/** Where a request came from, as far as it can be believed. */
export type Origin = {
  readonly ip: string;
  readonly requestId: string;
  /** Whether the connection is from one of the trusted proxies. */
  readonly isFromProxy: boolean;
  /** What we say of it ourselves to the CRM. */
  readonly headers: Headers;
};

/** Finds out where requests came from. */
export type Origins = { originOf(request: IncomingMessage): Origin };

/** A client's word for where it comes from counts only where the connection is from one of the proxies. */
export function createOrigins(trustedProxies: readonly string[], random: Random): Origins {
  const trusted = new BlockList();
  for (const entry of trustedProxies) {
    const [address = '', prefix] = entry.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    trusted.addSubnet(
      address,
      prefix === undefined ? (family === 'ipv6' ? 128 : 32) : Number(prefix),
      family,
    );
  }
  const isTrusted = (ip: string) =>
    trustedProxies.length > 0 && isIP(ip) !== 0 && trusted.check(ip, isIP(ip) === 6 ? 'ipv6' : 'ipv4');

  return {
    originOf(request) {
      const peer = plainIp(request.socket.remoteAddress ?? '');
      const believed = isTrusted(peer);
      const chain = believed ? listOf(request.headers['x-forwarded-for']) : [];
      const hops = [...chain, peer];
      const addresses = hops.map(addressOf);
      const ip = believed
        ? (addresses.findLast((hop, index) => index === 0 || !isTrusted(hop)) ?? peer)
        : peer;
      const encrypted = (request.socket as TLSSocket).encrypted === true;
      const said = (name: string) => (believed ? listOf(request.headers[name]).at(-1) : undefined);
      const requestId = safeId(said('x-request-id')) ?? random.id();
      const headers: Headers = [
        ['x-forwarded-for', hops.join(', ')],
        ['x-forwarded-proto', said('x-forwarded-proto') ?? (encrypted ? 'https' : 'http')],
        ['x-forwarded-host', said('x-forwarded-host') ?? request.headers.host ?? ''],
        ['x-request-id', requestId],
      ];
      return { ip, requestId, isFromProxy: believed, headers: headers.filter(([, value]) => value !== '') };
    },
  };
}

function listOf(value: string | string[] | undefined): string[] {
  return (Array.isArray(value) ? value.join(',') : (value ?? ''))
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
}

function safeId(id: string | undefined): string | undefined {
  return id && /^[\w.:+/=-]{1,128}$/.test(id) ? id : undefined;
}

/** Whether a connection from there comes from this machine. */
export function isLoopback(address: string): boolean {
  const ip = plainIp(address);
  return ip === '::1' || ip.startsWith('127.');
}

/** A hop as some proxies write it (Azure's gateways): `192.0.2.7:50123`, `[2001:db8::7]:50123`. A port is no part of where somebody is. */
function addressOf(hop: string): string {
  const [, bracketed, plain] = /^(?:\[([^\]]+)\]|([^:]+))(?::\d+)?$/.exec(hop) ?? [];
  return plainIp(bracketed ?? plain ?? hop);
}

/** `::ffff:10.0.0.1` is 10.0.0.1. */
function plainIp(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}
