import { readFileSync } from 'node:fs';

/**
 * Ends the process with one sentence and exit code 2 on a Node that is older than package.json asks for. Imported first, and by itself:
 * what comes after it may need a newer Node only to be evaluated, and may not need one to be parsed and linked.
 */
function requireNode(): void {
  const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const oldest = /[\d.]+/.exec(engines.node)?.[0] ?? '';
  const order = process.versions.node.localeCompare(oldest, 'en', { numeric: true });
  if (order >= 0) return;
  process.stderr.write(`countersign needs Node ${oldest} or newer, and this is ${process.versions.node}.\n`);
  process.exit(2);
}

requireNode();
