import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { createGateway } from '../../src/gateway/gateway.ts';
import { announce, type PartOptions } from './part.ts';

/** The gateway itself, as `countersign.yaml` says, between the places where the demo put the CRM and the inbox. */
type Options = PartOptions & {
  readonly adminPort: number;
  readonly crmUrl: string;
  readonly smtpPort: number;
};

const options = JSON.parse(process.argv[2] ?? '{}') as Options;
const written = parse(readFileSync(new URL('countersign.yaml', import.meta.url), 'utf8'));
const gateway = createGateway({
  ...written,
  listen: { ...written.listen, port: options.port },
  admin: { ...written.admin, port: options.adminPort },
  upstream: { ...written.upstream, url: options.crmUrl },
  store: { ...written.store, path: join(options.folder, 'countersign.db') },
  audit: { ...written.audit, path: join(options.folder, 'audit.jsonl') },
  channels: { email: { ...written.channels.email, port: options.smtpPort } },
});
announce(await gateway.listen(), () => gateway.close());
