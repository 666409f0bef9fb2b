/** One instruction of a Dockerfile, its lines joined. */
export type Instruction = {
  readonly name: string;
  readonly flags: Readonly<Record<string, string>>;
  /** What follows the flags. */
  readonly text: string;
};

/** The part of an image that is built from one `FROM`. */
export type Stage = {
  /** `AS name`, else its number. */
  readonly name: string;
  readonly image: string;
  readonly instructions: readonly Instruction[];
};

/** Reads a Dockerfile as the reference has it: comments go, lines that end in a backslash go on. https://docs.docker.com/reference/dockerfile/ */
export function readDockerfile(text: string): readonly Stage[] {
  const joined = text
    .split('\n')
    .filter((line) => !/^\s*#/.test(line))
    .join('\n')
    .replace(/\\\n\s*/g, ' ');
  const instructions = joined
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(instructionOf);
  const stages: { name: string; image: string; instructions: Instruction[] }[] = [];
  for (const instruction of instructions) {
    const from = instruction.name === 'FROM' && /^(\S+)(?:\s+AS\s+(\S+))?$/i.exec(instruction.text);
    if (from) {
      const [, image = '', name = String(stages.length)] = from;
      stages.push({ name, image, instructions: [] });
    } else {
      const stage = stages.at(-1);
      if (!stage || instruction.name === 'FROM')
        throw new Error(`unreadable: ${instruction.name} ${instruction.text}`);
      stage.instructions.push(instruction);
    }
  }
  return stages;
}

function instructionOf(line: string): Instruction {
  const [, name = '', rest = ''] = /^\s*(\w+)\s+(.*?)\s*$/.exec(line) ?? [];
  const flags: Record<string, string> = {};
  let text = rest;
  for (;;) {
    const [whole, flag, value] = /^--([a-z-]+)=(\S+)\s+/.exec(text) ?? [];
    if (whole === undefined || flag === undefined || value === undefined) break;
    flags[flag] = value;
    text = text.slice(whole.length);
  }
  return { name: name.toUpperCase(), flags, text };
}

/** The words of an instruction in exec form, `["node", "x"]`; the shell form is refused: it has another process between. */
export function wordsIn(text: string): readonly string[] {
  if (!text.startsWith('[')) throw new Error(`not in exec form: ${text}`);
  return JSON.parse(text) as string[];
}

/**
 * Whether a file of the build's folder is left out of the context, by the lines of a `.dockerignore`: the last one that names it or a
 * folder above it counts. `*` alone, names and `!` are known; other patterns are refused.
 */
export function ignoredBy(text: string): (path: string) => boolean {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  for (const line of lines)
    if (!/^(?:\*|!?[\w./-]+)$/.test(line)) throw new Error(`a pattern that is not known: ${line}`);
  return (path) =>
    lines.reduce((isIgnored, line) => {
      const pattern = line.replace(/^!/, '').replace(/\/$/, '');
      const isNamed = pattern === '*' || path === pattern || path.startsWith(`${pattern}/`);
      return isNamed ? !line.startsWith('!') : isIgnored;
    }, false);
}
