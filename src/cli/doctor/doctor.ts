import type { Snapshot } from '../../config/compile/snapshot.ts';
import type { Headers } from '../../core/wire/headers.ts';
import {
  CONFIG_OPTION,
  type Command,
  needConfig,
  refuseWords,
  say,
  textOf,
  UsageError,
  type Words,
} from '../command.ts';
import { configuredChannel, sendTest } from '../configuration/send-test.ts';
import { type CheckResult, fault, lineOf, note, ok } from './check-result.ts';
import { lookAtRecord } from './look-at-record.ts';
import { reachChannels, reachCrms, reachStore } from './reach.ts';

/** Holds the configuration against the world: what it names is there, and a record has the fields that rules read and addresses to send to. */
export const doctor: Command = {
  summary: 'see whether CRM, store, channels and a record are as the configuration says',
  help: `Usage: countersign doctor [-c FILE] [--record MODULE/ID] [--header "NAME: VALUE"]… [--send-to CHANNEL:ADDRESS]

Prints one line a finding. Connects to each CRM, the store and the channels. With --record it reads that record, with the headers that are
given, and says whether each field that rules read, show or send to is there, and each address clean. Nothing is saved, and no message is
sent but for --send-to. Exits with 0 where all holds, with 3 where the file is wrong, with 4 where something does not hold.

Options
  -c, --config FILE             the configuration
  --record MODULE/ID            a record to read
  --header "NAME: VALUE"        goes with that read, such as "Authorization: Bearer …"; may be given several times
  --session ID                  the session, for a CRM that has it in the address (vtiger-webservice)
  --send-to CHANNEL:ADDRESS     sends one test message, whose code opens nothing

Example
  countersign doctor -c countersign.yaml --record Orders/45 --header "Authorization: Bearer abc" --send-to email:me@example.com`,
  options: {
    ...CONFIG_OPTION,
    record: { type: 'string' },
    header: { type: 'string', multiple: true },
    session: { type: 'string' },
    'send-to': { type: 'string' },
  },
  async run(words) {
    refuseWords(words);
    const asked = recordOf(words);
    const headers = headersOf(words);
    const [channel, address] = sendToOf(words);
    const snapshot = await needConfig(words);
    const config = channel === undefined ? undefined : configuredChannel(snapshot.channels, channel);
    const findings: CheckResult[] = [];
    const tell = (some: readonly CheckResult[]) => {
      for (const finding of some) say(lineOf(finding));
      findings.push(...some);
    };
    tell(await reachCrms(snapshot));
    tell([await reachStore(snapshot)]);
    tell(await reachChannels(snapshot));
    tell(await recordFindings(snapshot, asked, headers, textOf(words, 'session')));
    if (config && address !== undefined) tell([await messageFinding(config, address)]);
    return findings.some(({ kind }) => kind === 'fault') ? 4 : 0;
  },
};

async function recordFindings(
  snapshot: Snapshot,
  asked: AskedRecord | undefined,
  headers: Headers,
  session: string | undefined,
): Promise<readonly CheckResult[]> {
  if (!asked)
    return [note('no record was looked at: give --record MODULE/ID to see whether its fields are there')];
  return lookAtRecord(snapshot, asked, headers, session);
}

async function messageFinding(config: Snapshot['channels'][number], address: string): Promise<CheckResult> {
  const sent = await sendTest(config, address);
  if (!sent.ok) return fault(`the channel ${config.name} takes no such address (${sent.addressKind})`);
  const { delivery, masked } = sent;
  const where = `a test message to ${masked} by ${config.name}`;
  return delivery.kind === 'accepted'
    ? ok(`${where} was accepted`)
    : fault(`${where}: ${delivery.kind} (${delivery.reason})`);
}

type AskedRecord = { readonly module: string; readonly id: string };

function recordOf(words: Words): AskedRecord | undefined {
  const text = textOf(words, 'record');
  if (text === undefined) return undefined;
  const [, name = '', id = ''] = /^([^/]+)\/(.+)$/.exec(text) ?? [];
  if (id === '') throw new UsageError(`--record must be MODULE/ID, such as Orders/45, and not "${text}"`);
  return { module: name, id };
}

function headersOf({ values }: Words): Headers {
  const given = Array.isArray(values['header']) ? values['header'].map(String) : [];
  return given.map((text) => {
    const [, name, value] = /^([A-Za-z0-9!#$%&'*+.^_`|~-]+):[ \t]*([^\r\n]*)$/.exec(text) ?? [];
    if (name === undefined || value === undefined) throw new UsageError('--header must be "NAME: VALUE"');
    return [name, value] as const;
  });
}

function sendToOf(words: Words): readonly [] | readonly [channel: string, address: string] {
  const text = textOf(words, 'send-to');
  if (text === undefined) return [];
  const [, channel = '', address = ''] = /^([^:]+):(.+)$/.exec(text) ?? [];
  if (address === '') throw new UsageError('--send-to must be CHANNEL:ADDRESS, such as email:me@example.com');
  return [channel, address];
}
