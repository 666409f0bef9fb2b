import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConfigInput } from '../../../src/config/schema/schema.ts';
import { openAudit } from '../../../src/gateway/adapters.ts';
import { createGateway, type Gateway } from '../../../src/gateway/gateway.ts';
import { createLog } from '../../../src/system/log.ts';
import { cheapHasher } from '../../harness/cheap-hasher.ts';

/** The next gateway, with a folder for what it leaves behind. */
export type Opening = { readonly config: ConfigInput; readonly folder: string };
/** What the host is asked: to open a gateway in the place of the one before, or for how long its loop was held at most since it was last asked. */
export type HostCall = Opening | 'held';
/** Where the gateway listens, or why it does not start; or that time. */
export type HostAnswer = { readonly url: string } | { readonly fault: string } | { readonly heldMs: number };

let gateway: Gateway | undefined;

const secret = process.env['COUNTERSIGN_SECRET'] ?? '';
/** One for all gateways: each would start a thread for its own. */
const file = { kind: 'file', path: process.argv[2] ?? '', required: true } as const;
const audit = openAudit(file, [secret], createLog({ level: 'info' }));

/** Time of the processor that the loop's own thread takes between two looks: no other callback has a turn in between. */
let longestMs = 0;
let lookedAt = threadMs();

function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

function look(): void {
  const now = threadMs();
  longestMs = Math.max(longestMs, now - lookedAt);
  lookedAt = now;
}
setInterval(look, 5).unref();

async function open({ config, folder }: Opening): Promise<HostAnswer> {
  try {
    await gateway?.close();
    const destination = { write: (line: string) => appendFileSync(join(folder, 'log.jsonl'), line) };
    gateway = createGateway(config, {
      ...cheapHasher({ ...config, secret }),
      audit: { write: (event) => audit.write(event), close: async () => {} },
      log: createLog({ level: 'info', destination }),
    });
    return { url: (await gateway.listen()).url };
  } catch (error) {
    return { fault: String(error) };
  }
}

process.on('message', (call: HostCall) => {
  if (call === 'held') {
    look();
    process.send?.({ heldMs: longestMs } satisfies HostAnswer);
    longestMs = 0;
  } else void open(call).then((answer) => process.send?.(answer));
});
