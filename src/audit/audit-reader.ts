import { errorCodeOf } from '../core/fault.ts';
import type { AuditEvent } from '../core/verdict/audit-event.ts';
import type { AuditChain, AuditReader } from '../ports/console.ts';
import { linesOf, proveSave } from './audit-proof.ts';
import { createAuditSeal, type SealedLine, unseal, withoutChain } from './audit-seal.ts';
import { verifyAudit } from './audit-verify.ts';
import { readLines } from './read-lines.ts';

/** Events that are shown at once. */
const MOST_EVENTS = 500;
const MOST_FAULTS = 100;

/** Reads the audit at `path` while it is written. It looks at every line, one question after the other. */
export function createAuditReader(path: string, secrets: readonly string[]): AuditReader {
  let turn: Promise<unknown> = Promise.resolve();
  function inTurn<T>(task: () => Promise<T>): Promise<T> {
    const next = turn.then(task, task);
    turn = next.catch(() => undefined);
    return next;
  }

  async function chain(): Promise<AuditChain> {
    // Loaded by who asks: an entry links without SQLite.
    const { readHead } = await import('./audit-head.ts');
    // Before the lines: it may be written to meanwhile, and then has more of them.
    const head = readHead(path);
    const texts = [{ file: path, lines: writtenLines(path) }];
    const { faults, lines } = await verifyAudit(texts, createAuditSeal(secrets), head);
    const shown = faults.slice(0, MOST_FAULTS).map(({ line, message }) => ({ line, message }));
    return { state: faults.length === 0 ? 'whole' : 'broken', lines, faults: shown };
  }

  return {
    events: (isWanted) =>
      inTurn(async () => {
        const found: AuditEvent[] = [];
        for await (const line of writtenLines(path)) {
          const sealed = unseal(line.toString());
          if (!sealed || !isWanted(sealed.event)) continue;
          found.push(withoutChain(sealed.event));
          if (found.length > 2 * MOST_EVENTS) found.splice(0, MOST_EVENTS);
        }
        return found.slice(-MOST_EVENTS);
      }),
    chain: () => inTurn(chain),
    proof: (save) =>
      inTurn(async () => {
        if ((await chain()).state !== 'whole') return undefined;
        const lines: SealedLine[] = [];
        for await (const line of writtenLines(path)) lines.push(...linesOf(line.toString()));
        const proof = proveSave(lines, save, secrets);
        return proof && `${JSON.stringify(proof, null, 2)}\n`;
      }),
  };
}

/** None where no event was written yet: the first one makes the file. */
async function* writtenLines(path: string): AsyncGenerator<Buffer> {
  try {
    yield* readLines(path);
  } catch (fault) {
    if (errorCodeOf(fault) !== 'ENOENT') throw fault;
  }
}
