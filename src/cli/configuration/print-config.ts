import { stringify } from 'yaml';
import { nameOfFile } from '../../config/file/read-file.ts';
import { CONFIG_OPTION, type Command, configPathOf, refuseWords, say, usableConfig } from '../command.ts';

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
    const { snapshot, written } = await usableConfig(path);
    say(`# ${nameOfFile(path)}, revision ${snapshot.revision}\n${stringify(written()).trimEnd()}`);
    return 0;
  },
};
