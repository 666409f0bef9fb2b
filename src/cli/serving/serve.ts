import cluster from 'node:cluster';
import { loadConfigAndPlugins } from '../../config/load.ts';
import { watchFile } from '../../config/watch.ts';
import { CountersignError, type FaultCode } from '../../core/fault.ts';
import { fixedDigestOf } from '../../gateway/fixed.ts';
import { createGatewayFrom, type Gateway } from '../../gateway/gateway.ts';
import type { Log } from '../../ports.ts';
import { createLog } from '../../system/log.ts';
import {
  CONFIG_OPTION,
  type Command,
  configPathOf,
  refuseWords,
  Stop,
  UnusableConfig,
  UsageError,
} from '../command.ts';
import { terminalFormat } from '../terminal/terminal-format.ts';
import { type HangUps, listenForHangUps } from './hang-ups.ts';
import { whenShellOfNpmEnds } from './npm-shell.ts';
import { FIXED_VARIABLE, runWorkers } from './workers.ts';

/** Serves until SIGINT or SIGTERM, then lets requests under way finish. 3 where the configuration cannot be used, 1 for a fault. */
export const serve: Command = {
  summary: 'start the gateway (default)',
  help: `Usage: countersign [serve] [-c FILE]

Starts the gateway and serves until SIGINT or SIGTERM; a second signal does not wait for requests under way.

Example
  countersign serve -c config/countersign.example.yaml`,
  options: CONFIG_OPTION,
  async run(words) {
    refuseWords(words);
    const hangUps = listenForHangUps();
    try {
      return await serveFile(configPathOf(words), hangUps);
    } finally {
      hangUps.close();
      // A worker lives as long as its line to the primary does.
      cluster.worker?.disconnect();
    }
  },
};

async function serveFile(path: string, hangUps: HangUps): Promise<number> {
  const loaded = await loadConfigAndPlugins(path, process.env);
  if (!loaded.ok) throw new UnusableConfig(loaded.problems);
  const { snapshot, warnings } = loaded;
  const log = createLog({ level: snapshot.log.level, format: await terminalFormat() });
  if (snapshot.workers > 1 && path === '-')
    throw new UsageError('workers read the configuration again: give a file, or set "workers: 1"');
  if (cluster.isPrimary && snapshot.workers > 1)
    return runWorkers(snapshot.workers, fixedDigestOf(snapshot), hangUps, log);
  const shared = process.env[FIXED_VARIABLE];
  if (cluster.isWorker && shared !== undefined && shared !== fixedDigestOf(snapshot))
    throw new Stop(3, OTHERS);
  for (const { path: place, message } of warnings) log.warn({ place }, message);
  let gateway: Gateway | undefined;
  try {
    gateway = createGatewayFrom(snapshot, { log });
    const { url, adminUrl } = await gateway.listen();
    log.info(
      {
        pid: process.pid,
        url,
        adminUrl,
        upstream: snapshot.upstream.url,
        rules: snapshot.rules.length,
        revision: snapshot.revision,
      },
      'countersign is listening',
    );
  } catch (fault) {
    log.error({ err: fault }, 'countersign could not start');
    if (fault instanceof CountersignError) process.stderr.write(`countersign: ${fault.message}\n`);
    await gateway?.close();
    return fault instanceof CountersignError && STARTED_WRONG.has(fault.code) ? 3 : 1;
  }
  // One after the other: what was asked for last is in force.
  let reloading: Promise<unknown> = Promise.resolve();
  const serving = gateway;
  const reload = () => {
    reloading = reloading.then(() => reloadFrom(path, serving, log));
  };
  hangUps.each(reload);
  const unwatch = watchFile(path, WATCH_INTERVAL_MS, reload);
  const signal = await stopped();
  unwatch();
  log.info({ signal }, 'countersign is closing');
  await serving.close();
  return 0;
}

async function reloadFrom(path: string, gateway: Gateway, log: Log): Promise<void> {
  try {
    const loaded = await loadConfigAndPlugins(path, process.env);
    gateway.reloadFrom(() => loaded);
  } catch (err) {
    log.error({ err }, 'the configuration could not be read again; the last good one stays');
  }
}

/** Faults of what was configured. */
const STARTED_WRONG: ReadonlySet<FaultCode> = new Set(['config-invalid', 'plugin-failed']);

const WATCH_INTERVAL_MS = 1_000;

const OTHERS =
  'the file changes what the other workers opened when they were started (listen, admin, workers, store, secret, audit, log or hashing): that needs a restart';

/** The first signal asks to stop; the second one does not wait. Workers learn it from the primary; a terminal tells all of them. */
function stopped(): Promise<NodeJS.Signals> {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>();
  let isStopping = false;
  if (!cluster.isWorker) whenShellOfNpmEnds(() => resolve('SIGTERM'));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (signal === 'SIGINT' && cluster.isWorker) return;
      if (isStopping) process.exit(1);
      isStopping = true;
      resolve(signal);
    });
  }
  return promise;
}
