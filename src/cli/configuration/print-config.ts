import { stringify } from 'yaml';
import { decode } from '../../config/decode.ts';
import { nameOfFile, readConfigFile } from '../../config/file/read-file.ts';
import { asWritten } from '../../config/publish/as-written.ts';
import { CONFIG_OPTION, type Command, configPathOf, needUsable, refuseWords, say } from '../command.ts';

/** Shows the configuration with every default, as a file that `check` accepts. Secrets stay references. */
export const printConfig: Command = {
  summary: 'show the configuration with its defaults, secrets hidden',
  help: `Usage: countersign print-config [-c FILE]

Shows the configuration as it is understood, with every default filled in. Of secrets it shows where they are kept. What it prints is a
configuration of its own: "countersign check" accepts it, and it has the same revision. Sizes are in bytes.

Example
  countersign print-config -c countersign.yaml`,
  options: CONFIG_OPTION,
  async run(words) {
    refuseWords(words);
    const path = configPathOf(words);
    const { revision } = needUsable(words);
    const reading = readConfigFile(path);
    const decoded = reading.ok && decode(reading.value, { allowPlainSecrets: false }).decoded;
    say(`# ${nameOfFile(path)}, revision ${revision}\n${stringify(decoded && asWritten(decoded)).trimEnd()}`);
    return 0;
  },
};
