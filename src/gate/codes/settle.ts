import type { CodeState } from '../../core/ledger/row.ts';
import { type Ending, settle, unclaim } from '../../core/ledger/spending.ts';
import type { CodeFate } from '../../core/verdict/problem.ts';
import type { Redemption } from '../../core/verdict/verdict.ts';
import { codeRows } from '../ledger/rows.ts';
import type { Tools } from '../ledger/tools.ts';

/**
 * Ends the claims by what became of the save, before the answer leaves, and tells what became of the codes. Where the store
 * cannot be reached the CRM's answer still stands: a claim without an end is good for the identical save only.
 */
export async function settleAll(
  redemptions: readonly Redemption[],
  ending: Ending,
  tools: Tools,
): Promise<CodeFate> {
  const fates = await Promise.all(redemptions.map((redemption) => settleOne(redemption, ending, tools)));
  return fates.find((fate) => fate !== 'kept') ?? 'kept';
}

async function settleOne(redemption: Redemption, ending: Ending, tools: Tools): Promise<CodeFate> {
  const { rule, module: name, record, key, codeId, save } = redemption;
  const { outcome } = ending;
  try {
    const { outcome: settled } = await codeRows.take(tools, [key], (row, now) =>
      settle(row, now, { codeId, save, ...ending }),
    );
    return fateOf(settled.ok ? settled.row.code?.state : undefined);
  } catch (fault) {
    const details = { err: fault, rule, module: name, record, outcome };
    tools.log.error(details, 'a code could not be settled; it stays good for the identical save only');
    return outcome === 'saved' ? 'used' : 'held';
  }
}

function fateOf(state: CodeState | undefined): CodeFate {
  if (state?.kind === 'held') return 'held';
  return state?.kind === 'living' ? 'kept' : 'used';
}

/** Gives claims back whose save was never tried. */
export async function unclaimAll(redemptions: readonly Redemption[], tools: Tools): Promise<void> {
  for (const redemption of redemptions) {
    await codeRows.take(tools, [redemption.key], (row, now) => unclaim(row, now, redemption));
  }
}
