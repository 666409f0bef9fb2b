import { stringify } from 'yaml';
import { decode } from '../config/decode.ts';
import { readConfigFile } from '../config/file/read-file.ts';
import { CONFIG_OPTION, type Command, configPathOf, needUsable, refuseWords, say } from './command.ts';

/** Shows the configuration with every default. Secrets stay references. */
export const printConfig: Command = {
  summary: 'show the configuration with its defaults, secrets hidden',
  help: `Usage: countersign print-config [-c FILE]

Shows the configuration as it is understood, with every default filled in. Of secrets it shows where they are kept.
Durations are in milliseconds and sizes in bytes.

Example
  countersign print-config -c countersign.yaml`,
  options: CONFIG_OPTION,
  async run(words) {
    refuseWords(words);
    const { revision } = needUsable(words);
    const reading = readConfigFile(configPathOf(words));
    const decoded = reading.ok && decode(reading.value, { allowPlainSecrets: false }).decoded;
    say(
      `# ${configPathOf(words)}, revision ${revision}; durations in milliseconds, sizes in bytes\n${stringify(decoded).trimEnd()}`,
    );
    return 0;
  },
};
