import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import type { Readable } from 'node:stream';
import type Nodemailer from 'nodemailer';
import type AddressParser from 'nodemailer/lib/addressparser';
import { CountersignError } from '../../core/fault.ts';
import type { Message } from '../../core/rule/message.ts';
import { cleanAddress } from '../../core/rule/recipient.ts';
import type { Channel, Delivery } from '../../ports.ts';
import { htmlOf } from './mail-html.ts';
import { deliveryOfFailure } from './smtp-failure.ts';

/** Which mail server sends, and as whom. */
export type SmtpOptions = {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte on (port 465). */
  readonly secure?: boolean;
  /** Refuses servers without STARTTLS. True where a user is given: a password never travels in clear unless this says false. */
  readonly requireTls?: boolean;
  /** Certificates to trust instead of the system's, PEM. */
  readonly ca?: string;
  readonly user?: string;
  readonly password?: string;
  /** `Acme <codes@acme.test>`. */
  readonly from: string;
  /** For a whole delivery, from waiting for a connection to the server's last word. */
  readonly timeoutMs?: number;
  readonly maxConnections?: number;
  /** The https origin on which codes are entered; adds the `OTP-Token` header for mail programs that fill codes in. */
  readonly origin?: string;
};

/** Symbols that nobody sees, but for those that keep the direction of a value to itself: without them, its letters turn the numbers beside it. */
const OTHER_THAN_ISOLATES = /[^\P{C}\u2066-\u2069]+/gu;

/** Nodemailer is loaded with the first channel that needs it. */
const load = createRequire(import.meta.url);

/** Codes by e-mail, over a pool of SMTP connections. `CountersignError('config-invalid')` where `from` is not one address. */
export function createSmtpChannel(options: SmtpOptions): Channel {
  const { timeoutMs = 5000, origin } = options;
  const sender = senderOf(options.from);
  const transporter = createPool(options, timeoutMs);
  // The stream of each message, by the signal that was given along: read from, it has left for the server.
  const streams = new WeakMap<AbortSignal, Readable>();
  transporter.use('stream', (mail, done) => {
    const { signal } = mail.data;
    const create = mail.message.createReadStream.bind(mail.message);
    mail.message.createReadStream = (settings) => {
      const stream = create(settings);
      if (signal) streams.set(signal, stream);
      return stream;
    };
    done();
  });

  async function deliver(message: Message): Promise<Delivery> {
    const address = cleanAddress(message.address, 'email');
    if (address === undefined) return { kind: 'refused', reason: 'not one clean e-mail address' };
    const subject = message.subject.replace(OTHER_THAN_ISOLATES, ' ');
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), timeoutMs);
    try {
      await transporter.sendMail({
        from: sender,
        to: { name: '', address },
        envelope: { from: sender.address, to: [address] },
        subject,
        text: message.text,
        html: htmlOf({ ...message, subject }),
        // Never `format=flowed`, which mail programs wrap anew.
        textEncoding: 'quoted-printable',
        messageId: `<${randomUUID()}@${sender.address.split('@').at(-1)}>`,
        headers: {
          'Auto-Submitted': 'auto-generated',
          'X-Auto-Response-Suppress': 'All',
          // RFC 3282
          ...(message.language === undefined ? {} : { 'Content-Language': message.language }),
        },
        signal: deadline.signal,
        ...(origin === undefined || message.code === '' ? {} : { otp: { code: message.code, origin } }),
      });
      return { kind: 'accepted' };
    } catch (error) {
      return deliveryOfFailure(error, streams.get(deadline.signal)?.readableDidRead ?? false);
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    addressKind: 'email',
    deliver,
    close: async () => transporter.close({ force: true }),
  };
}

function createPool(options: SmtpOptions, timeoutMs: number) {
  const { host, port, secure = false, user, password = '', ca, maxConnections = 5 } = options;
  const { createTransport } = load('nodemailer') as typeof Nodemailer;
  return createTransport({
    pool: true,
    host,
    port,
    secure,
    requireTLS: options.requireTls ?? (user !== undefined && !secure),
    ...(user === undefined ? {} : { auth: { user, pass: password } }),
    tls: { minVersion: 'TLSv1.2', ...(ca === undefined ? {} : { ca }) },
    maxConnections,
    // Only a message of which no byte left is tried again, on a new connection; the deadline holds over all tries.
    maxRequeues: 2,
    dnsTimeout: timeoutMs,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    // What a message names is text, never something to fetch.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

function senderOf(from: string): { readonly name: string; readonly address: string } {
  const addressesOf = load('nodemailer/lib/addressparser') as typeof AddressParser;
  const [sender, ...others] = addressesOf(from, { flatten: true });
  const address = cleanAddress(sender?.address ?? '', 'email');
  const clean = sender && address !== undefined && others.length === 0 && !/\p{C}/u.test(from);
  if (clean) return { name: sender.name, address };
  throw new CountersignError(
    'config-invalid',
    `the sender of the e-mails, "${from}", is not one clean address`,
  );
}
