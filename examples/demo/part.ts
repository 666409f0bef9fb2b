import { fork } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Server as NetServer } from 'node:net';
import { fileURLToPath } from 'node:url';

/** What every part of the demo is started with. Port 0 is any free one. */
export type PartOptions = { readonly folder: string; readonly port: number };
/** A process of the demo. `places` says where it listens, once it does. */
export type Part<T> = { readonly places: Promise<T>; stop(): Promise<void> };

/** Starts a file of this folder as a process of its own. */
export function startPart<T>(file: string, options: object): Part<T> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = fork(path, [JSON.stringify(options)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const places = new Promise<T>((resolve, reject) => {
    child.once('message', (message) => resolve(message as T));
    child.once('exit', (code) => reject(new Error(`${file} ended with ${code} before it was ready`)));
  });
  return {
    places,
    stop() {
      if (child.connected) child.disconnect();
      return exited;
    },
  };
}

/**
 * Tells the demo where this part listens, and stops when the demo lets go of it, even if it was killed. Ctrl-C reaches
 * every process of a terminal; the demo decides what it means.
 */
export function announce(places: object, stop: () => void | Promise<void>): void {
  process.on('SIGINT', () => {});
  process.on('disconnect', async () => {
    await stop();
    process.exit();
  });
  process.send?.(places);
}

/** Listens on this machine only, and gives the URL. */
export async function listen(server: Server, port: number): Promise<string> {
  return `http://127.0.0.1:${await portOf(server, port)}`;
}

/** Listens on this machine only, and gives the port. */
export function portOf(server: NetServer, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

/** Gives one port after the other from `first` on, without those that somebody has. From 0: the system chooses each. */
export function portsFrom(first: number): () => Promise<number> {
  let candidate = first;
  return async () => {
    if (first === 0) return 0;
    while (candidate < 65_535) {
      const port = candidate++;
      if (await isFree(port)) return port;
    }
    throw new Error(`No port is free from ${first} on.`);
  };
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer();
  try {
    await portOf(probe, port);
    return true;
  } catch {
    return false;
  } finally {
    await new Promise((resolve) => probe.close(resolve));
  }
}
