import { expect, test } from 'vitest';
import { createOutbox } from '../../../src/channels/outbox/outbox.ts';
import { gatewayOptions } from '../../harness/delivery.ts';
import { openCrm, openGateway } from '../../harness/world.ts';

// Run by witness.test.ts: all is as it should be, but for what the channel says of its failure.
test('a rep who is refused', async () => {
  const crm = await openCrm();
  const leaking = {
    ...createOutbox({ addressKind: 'email' }),
    deliver: async ({ code }: { readonly code: string }) => ({
      kind: 'refused' as const,
      reason: `bad ${code}`,
    }),
  };
  const { rep } = await openGateway(gatewayOptions(crm.url), { channels: { email: leaking } });
  expect(await rep.deliver()).toMatchObject({ status: 503 });
});
