import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { openInbox } from '../channels/smtp-inbox.ts';
import { commandsOf } from '../docs/commands.ts';
import { openTerminal } from '../docs/terminal.ts';
import { freePort } from '../harness/free-port.ts';
import { npmSettings } from '../harness/npm-settings.ts';
import { until } from '../harness/until.ts';
import { INSTALLING, installedFolder, plainEnvironment, ROOT } from './packed.ts';

const PAGE = 'docs/quick-start.md';
const text = readFileSync(join(ROOT, PAGE), 'utf8');
const blockOf = (language: string, nth = 0) =>
  [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].filter(([, found]) => found === language)[nth]?.[2] ?? '';

let folder = '';
beforeAll(async () => {
  folder = await installedFolder();
}, 300_000);

test('the quick start, typed from an empty folder to a rule that is enforced', async () => {
  const [crmPort, port, adminPort] = [await freePort(), await freePort(), await freePort()];
  const here = (written: string) =>
    written
      .replaceAll('127.0.0.1:3000', `127.0.0.1:${crmPort}`)
      .replaceAll('listen(3000', `listen(${crmPort}`)
      .replaceAll('127.0.0.1:8080', `127.0.0.1:${port}`);
  const file = join(folder, 'countersign.yaml');
  const { PATH = '' } = plainEnvironment();
  const terminal = openTerminal(folder, { PATH, ...npmSettings(), SMTP_PASSWORD: 'none' });
  const answers: string[] = [];
  let isShadow = false;
  const inbox = await openInbox({ disabledCommands: ['STARTTLS'] });
  const sendByMail = async () => {
    const { channels } = parse(blockOf('yaml', 1)) as { channels: { email: Record<string, unknown> } };
    const { user: _, password: __, ...plain } = channels.email;
    const email = { ...plain, host: '127.0.0.1', port: inbox.port, requireTls: false };
    const now = parse(readFileSync(file, 'utf8')) as object;
    writeFileSync(file, stringify({ ...now, channels: { email } }));
    await until(() => log().includes('the configuration was reloaded'));
  };
  const log = () => readFileSync(join(folder, 'gateway.log'), 'utf8');

  writeFileSync(join(folder, 'crm.mjs'), here(blockOf('js')));
  const own = { listen: { port }, admin: { port: adminPort } };
  writeFileSync(file, `${stringify(own)}${here(blockOf('yaml'))}`);
  const commands = commandsOf(PAGE).map(({ text: typed }) => typed);
  // Those that the folder comes from.
  expect(commands.splice(0, INSTALLING.length)).toEqual(INSTALLING);
  for (const typed of commands) {
    const command = here(typed);
    // The page's own mail channel, with a mail server of this machine.
    if (command.startsWith('npx countersign preview')) await sendByMail();
    if (command.startsWith('node crm.mjs')) await terminal.start(command, /the CRM is up/);
    else if (command.includes('countersign serve')) await terminal.start(command, /"url":/);
    else {
      const isReport = command.startsWith('npx countersign report');
      if (isReport) {
        await until(() => decisionsIn(log()).length === 2);
        writeFileSync(join(folder, 'week.log'), weekBefore(log()));
      }
      const ran = await terminal.run(
        isReport ? command.replace('gateway.log', 'week.log gateway.log') : command,
      );
      expect(ran.code, `${typed}\n${ran.output}`).toBe(0);
      if (command.startsWith('curl')) answers.push(/^HTTP\/1\.1 (\d+)/m.exec(ran.output)?.[1] ?? '');
      if (isReport) {
        expect(ran.output).toMatch(/; 7 would have been refused[\s\S]*7x changed_to status Delivered/);
        const [, first = '', last = ''] = /decisions, (\S+) to (\S+);/.exec(ran.output) ?? [];
        expect(Date.parse(last) - Date.parse(first)).toBeGreaterThanOrEqual(6 * 86_400_000);
      }
      if (command.startsWith('npx countersign preview')) expect(ran.output).toContain('is your code for');
    }
    if (answers.length === 2 && !isShadow) {
      // Ctrl-C, and the CRM is started again where it stood.
      isShadow = true;
      await terminal.interrupt();
      await terminal.start('node crm.mjs', /the CRM is up/);
    }
    if (command.includes('tee gateway.log')) {
      answers.push(await saved(port));
      await saved(port, 'On the way');
    }
  }
  await until(() => log().match(/"rules":1[^\n]*the configuration was reloaded/g)?.length === 2);
  answers.push(await saved(port));
  expect(answers).toEqual(['428', '200', '200', '428']);
  expect(inbox.mails).toHaveLength(1);
  await terminal.interrupt();
  await inbox.close();
}, 240_000);

function decisionsIn(log: string): readonly string[] {
  return log.split('\n').filter((line) => line.includes('"decision":'));
}

/** Six made-up days before: what the log has of today, a day earlier each time. */
function weekBefore(log: string): string {
  const decisions = decisionsIn(log);
  const days = [1, 2, 3, 4, 5, 6].flatMap((day) =>
    decisions.map((line) => {
      const told = JSON.parse(line) as { readonly time: string; readonly decision: string };
      const time = new Date(Date.parse(told.time) - day * 86_400_000).toISOString();
      return JSON.stringify({ ...told, time, decision: `${told.decision}-${day}` });
    }),
  );
  return `${days.join('\n')}\n`;
}

/** The save of the page, or one that takes it back; gives the status of the answer. */
async function saved(port: number, status = 'Delivered'): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/DeliveryNotes/45`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ status }),
  });
  return String(answer.status);
}
