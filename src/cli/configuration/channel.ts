import { CONFIG_OPTION, type Command, needConfig, Stop, say, UsageError } from '../command.ts';
import { configuredChannel, sendTest } from './send-test.ts';

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
    const sent = await sendTest(configuredChannel(channels, wanted), address);
    if (!sent.ok)
      throw new Stop(4, `refused: the channel ${wanted} takes no such address (${sent.addressKind})`);
    const { delivery, masked } = sent;
    const reason = delivery.kind === 'accepted' ? '' : ` (${delivery.reason})`;
    say(`${delivery.kind}: ${masked} by ${wanted}${reason}`);
    return delivery.kind === 'accepted' ? 0 : 4;
  },
};
