import { createServer } from 'node:http';
import { SMTPServer } from 'smtp-server';
import { type Mail, readMail } from './mail.ts';
import { announce, listen, type PartOptions, portOf } from './part.ts';

/** The customers' mailbox: takes every mail that it is given, and shows them as JSON, newest first, at `GET /mails`. */
const options = JSON.parse(process.argv[2] ?? '{}') as PartOptions & { readonly smtpPort: number };
const mails: (Mail & { readonly number: number; readonly at: string })[] = [];

const smtp = new SMTPServer({
  disabledCommands: ['AUTH', 'STARTTLS'],
  async onData(stream, session, done) {
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    const to = session.envelope.rcptTo.map((recipient) => recipient.address).join(', ');
    const mail = readMail(Buffer.concat(chunks).toString('latin1'), to);
    mails.unshift({ number: mails.length + 1, at: new Date().toISOString(), ...mail });
    done();
  },
});
smtp.on('error', () => {});

const web = createServer((request, response) => {
  if (request.method !== 'GET' || request.url !== '/mails') return void response.writeHead(404).end();
  response.setHeader('Content-Type', 'application/json').end(JSON.stringify(mails));
});

const smtpPort = await portOf(smtp.server, options.smtpPort);
announce({ url: await listen(web, options.port), smtpPort }, () => {
  smtp.close();
  web.close();
  web.closeAllConnections();
});
