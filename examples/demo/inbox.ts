import { createServer } from 'node:http';
import { SMTPServer } from 'smtp-server';
import { type Mail, readMail } from './mail.ts';
import { announce, listen, type PartOptions, portOf } from './part.ts';

/** The customers' mailbox: takes every mail that it is given, and shows them, newest first: for people at `/`, as JSON at `/mails`. */
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
  if (request.method === 'GET' && request.url === '/mails')
    return void response.setHeader('Content-Type', 'application/json').end(JSON.stringify(mails));
  if (request.method === 'GET' && request.url === '/')
    return void response.setHeader('Content-Type', 'text/plain; charset=utf-8').end(textOf(mails));
  response.writeHead(404).end();
});

function textOf(all: readonly Mail[]): string {
  const texts = all.map(({ to, subject, text }) => `To: ${to}\nSubject: ${subject}\n\n${text}\n`);
  return texts.length > 0 ? texts.join('\n---\n\n') : 'No mail yet.\n';
}

const smtpPort = await portOf(smtp.server, options.smtpPort);
announce({ url: await listen(web, options.port), smtpPort }, () => {
  smtp.close();
  web.close();
  web.closeAllConnections();
});
