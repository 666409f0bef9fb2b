import { kindsNamedIn } from '../../config/load.ts';
import { configJsonSchemaText } from '../../config/publish/json-schema.ts';
import {
  CONFIG_OPTION,
  type Command,
  configPathOf,
  refuseWords,
  say,
  textOf,
  UnusableConfig,
} from '../command.ts';

/** Prints the JSON Schema of configuration files; with a file, that of its plug-ins too. */
export const schema: Command = {
  summary: 'print the JSON Schema of configurations, for editors',
  help: `Usage: countersign schema [-c FILE]

Prints the JSON Schema (draft 2020-12) of configuration files, by which editors complete and explain keys. With -c it has what the plug-ins of
that file add; the file may be wrong elsewhere.

Options
  -c, --config FILE   the configuration whose plug-ins are loaded

Example
  countersign schema -c countersign.yaml`,
  options: CONFIG_OPTION,
  async run(words) {
    refuseWords(words);
    if (textOf(words, 'config') === undefined) say(configJsonSchemaText().trimEnd());
    else {
      const known = await kindsNamedIn(configPathOf(words));
      if (!known.ok) throw new UnusableConfig(known.problems);
      say(configJsonSchemaText(known.kinds).trimEnd());
    }
    return 0;
  },
};
