import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export type Mail = {
  readonly from: string;
  readonly to: readonly string[];
  readonly secure: boolean;
  readonly user: string | undefined;
  readonly headers: readonly string[];
  /** The plain part. */
  readonly text: string;
  /** The part for mail programs with a screen. */
  readonly html: string;
};

export type Inbox = { readonly port: number; readonly mails: readonly Mail[]; close(): Promise<void> };

/** A real SMTP server that keeps what it is given. */
export async function openInbox(options: SMTPServerOptions = {}, wantedPort = 0): Promise<Inbox> {
  const mails: Mail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    logger: false,
    onData(stream, session, done) {
      textOf(stream).then((source) => {
        const { mailFrom, rcptTo } = session.envelope;
        const { headers, body } = splitOf(source);
        const [plain, page] = partsOf(headers, body);
        mails.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          secure: session.secure,
          user: session.user,
          headers,
          text: plain?.text ?? decoded(body),
          html: page?.text ?? '',
        });
        done();
      }, done);
    },
    ...options,
  });
  server.on('error', () => undefined);
  server.listen(wantedPort, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;
  return { port, mails, close: () => new Promise((resolve) => server.close(() => resolve())) };
}

function splitOf(source: string) {
  const [head = '', ...body] = source.split('\r\n\r\n');
  return { headers: head.replace(/\r\n[ \t]+/g, ' ').split('\r\n'), body: body.join('\r\n\r\n') };
}

/** The parts of a multipart body, RFC 2046 §5.1.1, each with its kind checked: text first, HTML second. */
function partsOf(headers: readonly string[], body: string) {
  const boundary = /boundary="([^"]+)"/.exec(headers.join('\n'))?.[1];
  if (boundary === undefined) return [];
  const parts = `\r\n${body}`.split(`\r\n--${boundary}`).slice(1, -1);
  return parts.map((part, index) => {
    const { headers: own, body: content } = splitOf(part.replace(/^\r\n/, ''));
    const wanted = `Content-Type: text/${['plain', 'html'][index]}; charset=utf-8`;
    if (!own.includes(wanted)) throw new Error(`part ${index} of the mail is not ${wanted}`);
    return { text: decoded(content) };
  });
}

/** Quoted-printable, RFC 2045 §6.7. */
function decoded(body: string): string {
  const bytes = body
    .replace(/\r\n$/, '')
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8').replaceAll('\r\n', '\n');
}

export type RawServer = {
  readonly port: number;
  readonly lines: readonly string[];
  close(): Promise<void>;
};

/** What stands for the line that a client has not sent yet when the server greets. */
export const GREETING = '(greeting)';

/** A server that does what it is told: `answer` gets each line, `GREETING` first, and the socket. */
export async function openRawServer(
  answer: (line: string, socket: Socket) => string | undefined,
): Promise<RawServer> {
  const lines: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    const take = (line: string) => {
      const reply = answer(line, socket);
      if (reply !== undefined) socket.write(`${reply}\r\n`);
    };
    let rest = '';
    socket.on('data', (chunk) => {
      const parts = (rest + chunk.toString('latin1')).split('\r\n');
      rest = parts.pop() ?? '';
      for (const line of parts) {
        lines.push(line);
        take(line);
      }
    });
    take(GREETING);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    lines,
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** The answers of a friendly server, up to and with the one to DATA. */
export function politeAnswer(line: string): string | undefined {
  if (line === GREETING) return '220 raw';
  if (/^EHLO/.test(line)) return '250 raw';
  if (/^(MAIL|RCPT)/.test(line)) return '250 ok';
  return line === 'DATA' ? '354 go on' : undefined;
}
