import cluster from 'node:cluster';
import { loadConfig } from '../../config/load.ts';
import { watchFile } from '../../config/watch.ts';
import { CountersignError } from '../../core/fault.ts';
import { createGatewayFrom } from '../../gateway/gateway.ts';
import { createLog } from '../../system/log.ts';
import {
  CONFIG_OPTION,
  type Command,
  configPathOf,
  refuseWords,
  UnusableConfig,
  UsageError,
} from '../command.ts';
import { terminalFormat } from '../terminal/terminal-format.ts';
import { whenShellOfNpmEnds } from './npm-shell.ts';
import { runWorkers } from './workers.ts';

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
    return serveFile(configPathOf(words));
  },
};

async function serveFile(path: string): Promise<number> {
  const loaded = loadConfig(path, process.env);
  if (!loaded.ok) throw new UnusableConfig(loaded.problems);
  const { snapshot, warnings } = loaded;
  const log = createLog({ level: snapshot.log.level, format: await terminalFormat() });
  if (snapshot.workers > 1 && path === '-')
    throw new UsageError('workers read the configuration again: give a file, or set "workers: 1"');
  if (snapshot.workers > 1 && cluster.isPrimary) return runWorkers(snapshot.workers, log);
  for (const { path: place, message } of warnings) log.warn({ place }, message);
  const gateway = createGatewayFrom(snapshot, { log });
  try {
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
    await gateway.close();
    leavePrimary();
    return fault instanceof CountersignError && fault.code === 'config-invalid' ? 3 : 1;
  }
  const reload = () => gateway.reloadFrom(() => loadConfig(path, process.env));
  process.on('SIGHUP', reload);
  const unwatch = watchFile(path, WATCH_INTERVAL_MS, reload);
  const signal = await stopped();
  unwatch();
  process.off('SIGHUP', reload);
  log.info({ signal }, 'countersign is closing');
  await gateway.close();
  leavePrimary();
  return 0;
}

const WATCH_INTERVAL_MS = 1_000;

/** A worker lives as long as its line to the primary does. */
function leavePrimary(): void {
  cluster.worker?.disconnect();
}

/** The first signal asks to stop; the second one does not wait. Workers hear of it from the primary, a terminal tells all of them. */
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
