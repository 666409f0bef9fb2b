import { CountersignError } from '../../core/fault.ts';

/** How a Postgres is reached, and what it has to promise. */
export type PostgresOptions = {
  /** `postgres://host[:port]/database`, without user and password. */
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  /** `{}` is TLS with the machine's own authorities; `ca` is PEM. */
  readonly tls?: { readonly ca?: string };
  /** Where the tables are; made where it is missing. Gateways with the same schema share a ledger. */
  readonly schema?: string;
  /** At most, for this process. */
  readonly connections?: number;
  /** How long any call may take before it is `store-unavailable`. */
  readonly commandTimeoutMs?: number;
  /** 1: a step counts once a synchronous standby has it. */
  readonly standbys?: 0 | 1;
};

type Defaulted = 'schema' | 'connections' | 'commandTimeoutMs' | 'standbys';
/** The options with their defaults. */
export type CompletePostgresOptions = Omit<PostgresOptions, Defaulted> &
  Required<Pick<PostgresOptions, Defaulted>>;

/** The options with their defaults. `CountersignError('config-invalid')` where they are none. */
export function completePostgresOptions(options: PostgresOptions): CompletePostgresOptions {
  const complete = {
    schema: 'countersign',
    connections: 10,
    commandTimeoutMs: 1000,
    standbys: 0 as const,
    ...options,
  };
  if (!/^postgres(?:ql)?:\/\/[^/@?#]+\/[^/?#]+$/i.test(complete.url))
    throw invalid('url must be postgres://host:port/database, without user and password');
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(complete.schema))
    throw invalid(`schema is "${complete.schema}": it may have small letters, digits and underscores`);
  return complete;
}

/** Where the server is, as it is told to the driver. */
export function addressOf({ url }: Pick<PostgresOptions, 'url'>): {
  readonly host: string;
  readonly port: number;
  readonly database: string;
} {
  const { hostname, port, pathname } = new URL(url.replace(/^postgres(?:ql)?:/i, 'http:'));
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? 5432 : Number(port),
    database: decodeURIComponent(pathname.slice(1)),
  };
}

/** The place for messages. */
export function placeOf(options: Pick<CompletePostgresOptions, 'url' | 'schema'>): string {
  const { host, port, database } = addressOf(options);
  return `${host}:${port}/${database}, schema ${options.schema}`;
}

function invalid(problem: string): CountersignError {
  return new CountersignError('config-invalid', `the Postgres store: ${problem}`);
}
