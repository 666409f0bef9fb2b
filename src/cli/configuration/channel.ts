import { nearest } from '../../config/explain/suggest.ts';
import { cleanAddress, mask } from '../../core/rule/recipient.ts';
import { openChannel } from '../../gateway/adapters.ts';
import { systemClock } from '../../system/clock.ts';
import { createLog } from '../../system/log.ts';
import { CONFIG_OPTION, type Command, needConfig, Stop, say, UsageError } from '../command.ts';

const TEST_CODE = '000000';
const VALID_MS = 5 * 60_000;

/** Sends one message, to see whether a channel works. */
export const channel: Command = {
  summary: 'send a test message by a channel',
  help: `Usage: countersign channel test NAME ADDRESS [-c FILE]

Sends one message that says it is a test; its code opens nothing. Prints what the provider says at once (accepted, refused, unknown) and the
masked address. Opens no store. Exits with 0 where the message was accepted, with 4 where it was not, with 2 where there is no channel NAME.

Options
  -c, --config FILE   the configuration

Example
  countersign channel test sms +12015550123 -c countersign.yaml`,
  options: CONFIG_OPTION,
  subcommands: ['test'],
  async run(words) {
    const [name, wanted, address, ...more] = words.positionals;
    if (name !== 'test') throw new UsageError('missing subcommand: channel test');
    if (wanted === undefined) throw new UsageError('missing NAME of a channel');
    if (address === undefined) throw new UsageError('missing ADDRESS to send to');
    if (more[0] !== undefined) throw new UsageError(`unexpected argument "${more[0]}"`);
    const { channels } = await needConfig(words);
    const config = channels.find((each) => each.name === wanted);
    if (!config) {
      const names = channels.map((each) => each.name);
      const meant = nearest(wanted, names);
      const hint = meant === undefined ? `; there are ${names.join(', ')}` : ` (did you mean "${meant}"?)`;
      throw new UsageError(`there is no channel "${wanted}"${hint}`);
    }
    const opened = openChannel(config, systemClock, createLog({ level: 'silent' }));
    try {
      await opened.start?.();
      const clean = cleanAddress(address, opened.addressKind, opened.clean);
      if (clean === undefined)
        throw new Stop(4, `refused: the channel ${wanted} takes no such address (${opened.addressKind})`);
      const delivery = await opened.deliver({
        address: clean,
        subject: 'A test of countersign',
        text: `This is a test of countersign. Its code is ${TEST_CODE} and opens nothing.`,
        code: TEST_CODE,
        expiresAt: systemClock.now() + VALID_MS,
        rule: 'test',
        record: null,
        ...(opened.reports && { reference: 'test' }),
      });
      const reason = delivery.kind === 'accepted' ? '' : ` (${delivery.reason})`;
      say(`${delivery.kind}: ${mask(clean)} by ${wanted}${reason}`);
      return delivery.kind === 'accepted' ? 0 : 4;
    } finally {
      await opened.close();
    }
  },
};
