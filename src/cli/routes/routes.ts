import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { upstreamsIn } from '../../config/compile/compile-upstreams.ts';
import type { Snapshot } from '../../config/compile/snapshot.ts';
import type { Decoded } from '../../config/schema/schema.ts';
import {
  CONFIG_OPTION,
  type Command,
  choiceOf,
  configPathOf,
  needUsable,
  refuseWords,
  Stop,
  say,
  textOf,
  UsageError,
  type Words,
} from '../command.ts';
import { backendOf, checkBase, type Front, gatewayUrlOf } from './front.ts';
import { FORMAT_NAMES, generate, madeBy } from './generate.ts';
import { planOf } from './plan.ts';

const LISTEN = '127.0.0.1:8000';
const ADDRESSES = ['listen', 'gateway', 'upstream'] as const;
type Addresses = Readonly<Record<(typeof ADDRESSES)[number], string>>;

/** Prints the configuration of a front proxy that sends to the CRM itself what surely needs no code, and all else to the gateway. */
export const routes: Command = {
  summary: 'print the configuration of a front proxy, so that only what may need a code makes the hop',
  help: `Usage: countersign routes --format nginx|haproxy|caddy|apache|envoy [-c FILE] [--listen HOST:PORT] [--gateway URL] [--upstream URL]
       countersign routes --check FILE [-c FILE]

Prints the configuration of a front proxy. What surely needs no code goes straight to the CRM: plainly spelt reads about which no rule is, what
"passthrough" opens and, with "unmappedWrites: forward", other writes. All else goes to the gateway. Make it anew when the configuration changes.

Options
  -c, --config FILE    the configuration of the gateway
  --format FORMAT      the front proxy: ${FORMAT_NAMES.join(', ')}
  --listen HOST:PORT   where the front proxy listens (default: ${LISTEN})
  --gateway URL        where the gateway is (default: as "listen" says)
  --upstream URL       where the CRM is (default: as "upstream.url" says)
  --check FILE         print nothing; exit with 4 where the file is not that of today's configuration

Example
  countersign routes --format nginx -c countersign.yaml`,
  options: {
    ...CONFIG_OPTION,
    format: { type: 'string' },
    listen: { type: 'string' },
    gateway: { type: 'string' },
    upstream: { type: 'string' },
    check: { type: 'string' },
  },
  choices: { format: FORMAT_NAMES },
  async run(words) {
    refuseWords(words);
    const format = choiceOf(words, 'format', FORMAT_NAMES);
    const file = textOf(words, 'check');
    if (file !== undefined) return check(file, words);
    if (format === undefined) throw new UsageError('--format is missing');
    const snapshot = await needUsable(words);
    const asked = ADDRESSES.flatMap((name) => {
      const value = textOf(words, name);
      return value === undefined ? [] : [`--${name}`, value];
    });
    say(generate(format, frontOf(snapshot, asked, words), asked).trimEnd());
    return 0;
  },
};

async function check(file: string, words: Words): Promise<number> {
  const text = readFileSync(file, 'utf8');
  const made = madeBy(text);
  if (!made) throw new Stop(4, `${file} was not made by "countersign routes", or its first line is gone.`);
  const { format, words: asked } = made;
  const today = generate(format, frontOf(await needUsable(words), asked, words), asked);
  if (today.trimEnd() === text.trimEnd()) {
    say(`${file} is of today's configuration.`);
    return 0;
  }
  const again = ['countersign routes --format', format, ...asked, '-c', configPathOf(words)].join(' ');
  throw new Stop(
    4,
    `${file} was not made from the present configuration, or was changed since. Run: ${again} > ${file}`,
  );
}

const SEVERAL =
  'Several upstreams cannot be written down for a front proxy: only the gateway keeps the cookies of one from another. Send everything to the gateway.';

function frontOf(snapshot: Snapshot, asked: readonly string[], words: Words): Front {
  const { listen, gateway, upstream } = addressesOf(snapshot, asked);
  const [, host = '', port = ''] = /^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):(\d{1,5})$/.exec(listen) ?? [];
  if (host === '' || Number(port) > 65_535)
    throw new UsageError('--listen must be HOST:PORT, such as 127.0.0.1:8000');
  if (snapshot.upstreams.length > 0) throw new Stop(4, SEVERAL);
  const [way] = upstreamsIn(snapshot.decoded as Pick<Decoded, 'upstream' | 'upstreams'>);
  const folder = dirname(resolve(configPathOf(words)));
  const written = way?.settings.caFile;
  const caFile = written === undefined ? undefined : resolve(folder, written);
  const backends = { gateway: backendOf(gateway), crm: backendOf(upstream, caFile) };
  checkBase(backends.gateway, 'the gateway');
  checkBase(backends.crm, 'the CRM');
  return {
    plan: planOf(snapshot),
    listen: { host, port: Number(port) },
    ...backends,
    keepsHost: snapshot.upstream.host === 'keep',
    // The record may be read before the save is sent on.
    seconds: 2 * Math.ceil(snapshot.upstream.timeoutMs / 1000) + 5,
  };
}

function addressesOf(snapshot: Snapshot, asked: readonly string[]): Addresses {
  const said = (name: string) => {
    const at = asked.indexOf(`--${name}`);
    return at < 0 ? undefined : asked[at + 1];
  };
  const url = (name: string) => {
    const value = said(name);
    if (value !== undefined && !/^https?:\/\/[^\s"'`\\{}?#@]+$/i.test(value))
      throw new UsageError(`--${name} must be an address such as http://127.0.0.1:3000`);
    return value;
  };
  return {
    listen: said('listen') ?? LISTEN,
    gateway: url('gateway') ?? gatewayUrlOf(snapshot),
    upstream: url('upstream') ?? snapshot.upstream.url,
  };
}
