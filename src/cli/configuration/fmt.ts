import { renameSync, statSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { parseDocument } from 'yaml';
import { nameOfFile, readConfigFile, textOfFile } from '../../config/file/read-file.ts';
import { readConfigText } from '../../config/file/read-text.ts';
import {
  CONFIG_OPTION,
  type Command,
  configPathOf,
  refuseWords,
  Stop,
  say,
  UnusableConfig,
} from '../command.ts';

const WIDTH = 120;

/** Lays a configuration file out in one way. What it says does not change, and comments stay. */
export const fmt: Command = {
  summary: 'format the configuration file and keep its comments',
  help: `Usage: countersign fmt [-c FILE] [--check]

Rewrites the file: two spaces a level, one space around values and before comments, lines of ${WIDTH} characters at most. Keys keep their order
and comments their place; what the file says does not change. A file in JSON stays JSON. With "-c -" the result goes to standard output.

Options
  -c, --config FILE   the configuration
  --check             change nothing; exit with 4 where the file would change

Example
  countersign fmt -c countersign.yaml`,
  options: { ...CONFIG_OPTION, check: { type: 'boolean' } },
  run(words) {
    refuseWords(words);
    const path = configPathOf(words);
    const reading = readConfigFile(path);
    if (!reading.ok) throw new UnusableConfig(reading.problems);
    const text = textOfFile(path) ?? '';
    const laidOut = layOut(text);
    const again = readConfigText(laidOut, nameOfFile(path));
    if (!again.ok || !isDeepStrictEqual(again.value, reading.value))
      throw new Stop(
        1,
        `${nameOfFile(path)} cannot be laid out without a change of what it says; nothing was written`,
      );
    if (words.values['check'] === true) {
      if (laidOut !== text)
        throw new Stop(4, `${nameOfFile(path)} is not formatted. Run: countersign fmt -c ${path}`);
      return 0;
    }
    if (path === '-') say(laidOut.trimEnd());
    else if (laidOut !== text) replace(path, laidOut);
    return 0;
  },
};

function layOut(text: string): string {
  const json = jsonIn(text);
  if (json !== undefined) return `${JSON.stringify(json, null, 2)}\n`;
  const document = parseDocument(text);
  return document.toString({ indent: 2, lineWidth: WIDTH, flowCollectionPadding: true, singleQuote: false });
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** By a new file in its place, so that a gateway that watches it reads the whole. */
function replace(path: string, text: string): void {
  const { mode } = statSync(path);
  const next = `${path}.new`;
  writeFileSync(next, text, { mode, flag: 'wx' });
  renameSync(next, path);
}
