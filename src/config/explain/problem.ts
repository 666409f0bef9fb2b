/** Something about the configuration that an operator must know. An `error` keeps it from being used, a `warning` does not. */
export type ConfigProblem = {
  readonly severity: 'error' | 'warning';
  /** The file, and the place in it counted from 1; absent for options that came from code. */
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** `rules[0].code.length`; empty for the whole. */
  readonly path: string;
  readonly message: string;
  /** What was probably meant. */
  readonly suggestion?: string;
};

/** Steps from the top of the configuration to a value. */
export type ConfigPath = readonly (string | number)[];

/** A problem before its place in the file is looked up. `at: 'key'` points to the name of the key, not to its value. */
export type Diagnostic = {
  readonly severity?: 'warning';
  readonly path: ConfigPath;
  readonly at?: 'key';
  readonly message: string;
  readonly suggestion?: string | undefined;
};

/** Where the configuration was written, and how its values are found there. */
export type Origin = {
  readonly file: string;
  locate(path: ConfigPath, at?: 'key'): { readonly line: number; readonly column: number };
};

/** The finding as a problem, with its place where the configuration came from a file. */
export function problemOf(finding: Diagnostic, origin?: Origin): ConfigProblem {
  const { severity = 'error', path, at, message, suggestion } = finding;
  return {
    severity,
    ...(origin && { file: origin.file, ...origin.locate(path, at) }),
    path: pathText(path),
    message,
    ...(suggestion !== undefined && { suggestion }),
  };
}

/** A path as people write it: `rules[0].when["!="][1]`. */
export function pathText(path: ConfigPath): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(step)) return `${text}[${JSON.stringify(step)}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
}

/** One line a problem: `file:line:column  error  path: message (did you mean "x"?)`. */
export function formatProblems(problems: readonly ConfigProblem[]): string {
  return problems.map(formatProblem).join('\n');
}

/** The problem in one line. */
export function formatProblem({
  severity,
  file,
  line,
  column,
  path,
  message,
  suggestion,
}: ConfigProblem): string {
  const place =
    file === undefined ? '' : `${[file, line, column].filter((part) => part !== undefined).join(':')}  `;
  const meant = suggestion === undefined ? '' : ` (did you mean "${suggestion}"?)`;
  return `${place}${severity}  ${path === '' ? '' : `${path}: `}${message}${meant}`;
}
