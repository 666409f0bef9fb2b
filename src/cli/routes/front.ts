import type { Snapshot } from '../../config/compile/snapshot.ts';
import { Stop } from '../command.ts';
import type { RoutePlan } from './plan.ts';

/** A server that is asked. */
export type Backend = {
  readonly host: string;
  readonly port: number;
  readonly isTls: boolean;
  /** The file of certificates that its own is checked against. */
  readonly caFile: string;
  /** What its paths start with; empty where it is the host itself. */
  readonly base: string;
  /** Its Host header. */
  readonly authority: string;
};

/** All that a front proxy has to know. */
export type Front = {
  readonly plan: RoutePlan;
  readonly listen: { readonly host: string; readonly port: number };
  readonly gateway: Backend;
  readonly crm: Backend;
  /** Whether the CRM sees the Host that the client asked for, or its own. */
  readonly keepsHost: boolean;
  /** How long an answer may take. */
  readonly seconds: number;
};

/** Where Debian keeps the certificates that everybody trusts. */
const SYSTEM = '/etc/ssl/certs/ca-certificates.crt';

/** The server of a URL. */
export function backendOf(url: string, caFile: string = SYSTEM): Backend {
  const { protocol, hostname, port, pathname, host } = new URL(url);
  const isTls = protocol === 'https:';
  return {
    host: hostname,
    port: Number(port || (isTls ? 443 : 80)),
    isTls,
    caFile,
    base: pathname.replace(/\/+$/, ''),
    authority: host,
  };
}

/** Where the gateway is asked, as its own configuration says it. */
export function gatewayUrlOf({ listen: { host, port, tls } }: Snapshot): string {
  if (port === 0) throw new Stop(4, "The gateway listens on a port of the system's choice; say --gateway.");
  const isAny = host === '0.0.0.0' || host === '::';
  const name = isAny ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return `${tls ? 'https' : 'http'}://${name}:${port}`;
}

/** Stops where a base path of the CRM is one that a proxy would have to encode. */
export function checkBase({ base }: Backend, what: string): void {
  if (!/^[A-Za-z0-9_./-]*$/.test(base))
    throw new Stop(
      4,
      `The path of ${what} (${base}) cannot be written down for a front proxy; leave it out of the address.`,
    );
}
