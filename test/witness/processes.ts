import childProcess, { type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';
import type { Witness } from './witness.ts';

/** What a gateway in a process of its own leaves behind: where its messages and its audit are. */
type Trace = { readonly outbox: readonly string[]; readonly audit: string | undefined };

/**
 * Hears all that processes write which are started from here, and reads what gateways among them left: messages in their outbox folders
 * are seen, lines of their audit heard. Gives a function that reads what is there by now; it is read anyway when the process ends.
 */
export function hearProcesses(witness: Witness): () => void {
  const known = readersOf.get(witness);
  if (known) return known;
  const { spawn, spawnSync, execFileSync, fork } = childProcess;
  const read = new Set<string>();
  const traces = new Set<Trace>();

  function collect({ outbox, audit }: Trace): void {
    for (const folder of outbox.filter((path) => existsSync(path)))
      for (const name of readdirSync(folder)) {
        const path = join(folder, name);
        if (!name.endsWith('.json') || name.startsWith('.') || read.has(path)) continue;
        read.add(path);
        witness.saw(JSON.parse(readFileSync(path, 'utf8')));
      }
    if (audit !== undefined && existsSync(audit)) witness.heard('audit', readFileSync(audit, 'utf8'));
  }

  function listen<T extends ChildProcess>(child: T, words: unknown, options: unknown): T {
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue;
      const push = stream.push.bind(stream);
      // Before anybody who reads, and without making the stream flow.
      stream.push = (chunk: unknown, encoding?: BufferEncoding) => {
        if (chunk !== null) witness.heard('process', String(chunk));
        return push(chunk, encoding);
      };
    }
    const trace = traceOf(words, options);
    if (trace) {
      traces.add(trace);
      child.once('exit', () => {
        collect(trace);
        traces.delete(trace);
      });
    }
    return child;
  }

  Object.assign(childProcess, {
    spawn: (...given: Parameters<typeof spawn>) => listen(spawn(...given), given[1], given[2]),
    fork: (...given: Parameters<typeof fork>) => listen(fork(...given), given[1], given[2]),
    spawnSync: (...given: Parameters<typeof spawnSync>) => {
      const ran = spawnSync(...given);
      witness.heard('process', `${ran.stdout ?? ''}\n${ran.stderr ?? ''}`);
      return ran;
    },
    execFileSync: (...given: Parameters<typeof execFileSync>) => {
      const output = execFileSync(...given);
      witness.heard('process', String(output ?? ''));
      return output;
    },
  });
  syncBuiltinESMExports();
  const readTraces = () => traces.forEach(collect);
  readersOf.set(witness, readTraces);
  return readTraces;
}

/** Files of tests may share a process: it is listened to once. */
const readersOf = new WeakMap<Witness, () => void>();

/** By the configuration that a command line or the environment names. */
function traceOf(words: unknown, options: unknown): Trace | undefined {
  const line = Array.isArray(words) ? words.map(String) : [];
  const env = (options as { readonly env?: NodeJS.ProcessEnv } | undefined)?.env;
  const path = line.includes('-c') ? line[line.indexOf('-c') + 1] : env?.['COUNTERSIGN_CONFIG'];
  if (path === undefined || !path.endsWith('.yaml') || !existsSync(path)) return undefined;
  const { channels = {}, audit } = parse(readFileSync(path, 'utf8')) as {
    readonly channels?: Readonly<Record<string, { readonly folder?: string }>>;
    readonly audit?: { readonly path?: string };
  };
  const below = (place: string) => resolve(dirname(path), place);
  const folders = Object.values(channels).flatMap(({ folder }) =>
    folder === undefined ? [] : [below(folder)],
  );
  return { outbox: folders, audit: audit?.path === undefined ? undefined : below(audit.path) };
}
