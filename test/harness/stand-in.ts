import { startStandIn } from '../../src/testing/stand-in.ts';

export { type Asked, type Said, type StandIn, startStandIn } from '../../src/testing/stand-in.ts';

/** A CRM that answers everything with this record, or with `body`, in which it stands. */
export async function startShowing<Stored>(stored: Stored, body: unknown = stored) {
  const crm = await startStandIn(() => ({ status: 200, body }));
  return { ...crm, stored: () => stored };
}
