import { randomBytes } from 'node:crypto';

// `openssl rand -base64 N`, for machines without it.
const [command, form, count] = process.argv.slice(2);
if (command !== 'rand' || form !== '-base64') throw new Error(`not this: ${command} ${form}`);
process.stdout.write(`${randomBytes(Number(count)).toString('base64')}\n`);
