import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createLog } from '../../src/system/log.ts';
import { openInbox } from '../channels/smtp-inbox.ts';
import { hang, onReads, onSaves, refuse } from '../harness/answers.ts';
import { STORED } from '../harness/crm.ts';
import { deliveryRule, gatewayOptions, PATIENCE } from '../harness/delivery.ts';
import { type Answered, NOTE, wrongCode } from '../harness/rep.ts';
import { openCrm, openFolder, openGateway } from '../harness/world.ts';

const ADDRESS = 'ann.of.cleves@example.com';

test('codes and addresses are in the mail and nowhere else, whatever happens', async () => {
  const crm = await openCrm({ records: { '45': { ...STORED, email: ADDRESS } } });
  let isFull = false;
  const inbox = await openInbox({
    disabledCommands: ['STARTTLS'],
    // As talkative as a mail server can be: it says the address back, and what it has seen of the code.
    onRcptTo: ({ address }, _session, done) =>
      done(isFull ? new Error(`550 <${address}> ${codes().at(-1)} is full`) : undefined),
  });
  onTestFinished(inbox.close);
  const codes = () => inbox.mails.map(({ text }) => /\b\d{16}\b/.exec(text)?.[0] ?? 'no code');
  const folder = openFolder();
  const lines: string[] = [];
  const log = createLog({ level: 'trace', destination: { write: (line: string) => void lines.push(line) } });
  const { rep } = await openGateway(
    gatewayOptions(crm.url, {
      upstream: { url: crm.url, timeout: PATIENCE },
      store: { kind: 'sqlite', path: join(folder, 'ledger.db') },
      audit: { kind: 'file', path: join(folder, 'audit.jsonl') },
      channels: { email: { kind: 'smtp', host: '127.0.0.1', port: inbox.port, from: 'codes@acme.test' } },
      // Sixteen digits, which nothing else has by chance; repeated, so that the ledger has to keep it.
      rules: [deliveryRule({ code: { length: 16, resend: 'same', cooldown: '0s', maxResends: 20 } })],
    }),
    { log },
  );

  const answers: Answered[] = [];
  const say = async (answer: Promise<Answered>) => {
    answers.push(await answer);
  };
  const last = () => codes().at(-1) ?? 'no code';
  const reopen = () => crm.records.set('45', { ...STORED, email: ADDRESS });

  await say(rep.deliver());
  await say(rep.askForCode({ status: 'Delivered' }));
  await say(rep.standing());
  await say(rep.deliver(wrongCode(last())));
  crm.answerWith(onReads(refuse(500)));
  await say(rep.deliver(last()));
  crm.answerWith(onSaves(refuse(422)));
  await say(rep.deliver(last()));
  crm.answerWith(onSaves(hang));
  await say(rep.deliver(last()));
  crm.answerWith();
  await say(rep.deliver(last(), { note: 'x' }));
  await say(rep.call('PATCH', NOTE, { status: 'Delivered', OTPRULES_OTP_7: last() }));
  reopen();
  await say(rep.deliver(last()));
  isFull = true;
  await say(rep.askForCode());
  isFull = false;
  await say(rep.deliver());
  // A code where it does not belong: in the address, in a broken body, beside a save to which no rule applies, twice.
  await say(rep.call('PATCH', `${NOTE}?OTPRULES_OTP_7=${last()}`, { status: 'Delivered' }));
  await say(rep.call('PATCH', NOTE, `{"status":"Delivered","OTPRULES_OTP_7":"${last()}"`));
  await say(
    rep.call('PATCH', NOTE, { weight: 3, OTPRULES_OTP_7: last() }, { 'OTPRULES-OTP': `7=${last()}` }),
  );
  await say(
    rep.call('PATCH', NOTE, { status: 'Delivered', OTPRULES_OTP_7: last() }, { 'OTPRULES-OTP-7': '1' }),
  );
  await say(
    rep.call('PATCH', NOTE, { status: 'Delivered', email: 'rep@example.com', OTPRULES_OTP_7: last() }),
  );
  await say(rep.deliver(last()));

  expect(new Set(codes()).size).toBe(2);
  expect(codes()).not.toContain('no code');
  expect(answers.filter((answer) => answer.code === 'used')).toHaveLength(2);
  const files = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1'));
  const sinks: Readonly<Record<string, string>> = {
    log: lines.join(''),
    files: files.join(''),
    answers: answers.map(({ text, headers }) => `${[...headers].flat().join('\n')}\n${text}`).join('\n'),
    upstream: crm.received
      .map(({ path, headers, body }) => `${path}\n${headers.flat().join('\n')}\n${body.toString('latin1')}`)
      .join('\n'),
  };
  for (const [name, text] of Object.entries(sinks)) {
    expect(text.length, `${name} is empty`).toBeGreaterThan(500);
    for (const code of new Set(codes())) {
      const spellings = [code, Buffer.from(code).toString('base64').replace(/=+$/, '')];
      for (const spelling of spellings)
        expect(text.includes(spelling), `a code is in the ${name}`).toBe(false);
    }
  }
  // The CRM shows the record to whom it may, so its own answers hold the address.
  const ours = answers.filter(({ status }) => status !== 200).map(({ text }) => text);
  for (const text of [sinks['log'], sinks['files'], ...ours])
    expect(text?.toLowerCase()).not.toContain(ADDRESS);
});
