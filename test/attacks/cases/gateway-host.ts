import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConfigInput } from '../../../src/config/schema/schema.ts';
import { createGateway, type Gateway } from '../../../src/gateway/gateway.ts';
import { createLog } from '../../../src/system/log.ts';

/** What the host is asked: to open the next gateway, with a folder for what it leaves behind, in the place of the one before. */
export type HostCall = { readonly config: ConfigInput; readonly folder: string };
/** Where the gateway listens, or why it does not start. */
export type HostAnswer = { readonly url: string } | { readonly fault: string };

let gateway: Gateway | undefined;

async function open({ config, folder }: HostCall): Promise<HostAnswer> {
  try {
    await gateway?.close();
    const destination = { write: (line: string) => appendFileSync(join(folder, 'log.jsonl'), line) };
    gateway = createGateway(config, { log: createLog({ level: 'info', destination }) });
    return { url: (await gateway.listen()).url };
  } catch (error) {
    return { fault: String(error) };
  }
}

process.on('message', (call: HostCall) => {
  void open(call).then((answer) => process.send?.(answer));
});
