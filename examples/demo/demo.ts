import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createPageServer } from './page-server.ts';
import { listen, type Part, portsFrom, startPart } from './part.ts';
import { tellStory } from './story.ts';
import { say } from './terminal.ts';

const HELP = `npm run demo -- [options]
  Starts a small CRM, a mail inbox and countersign between them, tells the story once, and stays up with a page to play on.

  --port PORT   port of the page, 4700 if not given; the other parts take the ports after it;
                taken ones are stepped around; 0: any free ones
  --once        end after the story
  --help        this text
`;

const parts: Part<unknown>[] = [];
let folder: string | undefined;
let stopping: Promise<void> | undefined;

/** Ends every process and removes every file of the demo. */
function stop(): Promise<void> {
  stopping ??= (async () => {
    await Promise.all(parts.map((part) => part.stop()));
    if (folder) await rm(folder, { recursive: true, force: true });
  })();
  return stopping;
}

function start<T>(file: string, options: object): Promise<T> {
  const part = startPart<T>(file, options);
  parts.push(part);
  return part.places;
}

async function run(port: number, once: boolean): Promise<void> {
  process.env['COUNTERSIGN_SECRET'] = randomBytes(32).toString('base64');
  process.env['ADMIN_TOKEN'] = randomBytes(12).toString('base64url');
  folder = await mkdtemp(join(tmpdir(), 'countersign-demo-'));
  const nextPort = portsFrom(port);
  const pagePort = await nextPort();
  const gatewayPorts = { port: await nextPort(), adminPort: await nextPort() };
  const crm = await start<{ url: string }>('crm.ts', { folder, port: await nextPort() });
  const inboxPorts = { port: await nextPort(), smtpPort: await nextPort() };
  const inbox = await start<{ url: string; smtpPort: number }>('inbox.ts', inboxPorts);
  const gateway = await start<{ url: string; adminUrl: string }>('gateway.ts', {
    folder,
    crmUrl: crm.url,
    smtpPort: inbox.smtpPort,
    ...gatewayPorts,
  });
  const places = { gateway: gateway.url, crm: crm.url, inbox: inbox.url };

  say('countersign: the customer signs what the rep saves', 'bold');
  say(`\n  rep  -->  countersign ${gateway.url}  -->  CRM ${crm.url}`);
  say(`                 |\n                 +--> mail --> inbox of the customer ${inbox.url}`);
  await tellStory(places);
  say('\nThat is the story.', 'bold');
  if (once) return stop();
  const page = await listen(createPageServer(places), pagePort);
  say(`See what was decided, and why: ${gateway.adminUrl}/console/ (token ${process.env['ADMIN_TOKEN']})`);
  say(`Play both sides: ${page}`, 'bold');
  say('Ctrl-C ends the demo and leaves nothing behind.');
}

function readOptions() {
  const options = {
    port: { type: 'string', default: '4700' },
    once: { type: 'boolean' },
    help: { type: 'boolean' },
  } as const;
  const { values } = parseArgs({ options });
  if (!/^\d{1,5}$/.test(values.port) || Number(values.port) > 65_535)
    throw new Error(`--port is no port: ${values.port}`);
  return { port: Number(values.port), once: values.once ?? false, help: values.help ?? false };
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => stop().then(() => process.exit()));
}
try {
  const { port, once, help } = readOptions();
  if (help) process.stdout.write(HELP);
  else await run(port, once);
} catch (error) {
  if (!stopping) process.stderr.write(`The demo failed: ${error instanceof Error ? error.message : error}\n`);
  await stop();
  process.exitCode = 1;
}
