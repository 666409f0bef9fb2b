/** What can be completed after a command. */
export type Completable = {
  readonly name: string;
  readonly summary: string;
  readonly subcommands: readonly string[];
  readonly options: readonly {
    readonly name: string;
    readonly takesValue: boolean;
    readonly choices: readonly string[];
  }[];
};

/**
 * The words that may stand at a place are the same in every shell: the commands first, then what the command takes; after an option with
 * a value its choices, or files.
 */
function casesOf(commands: readonly Completable[]): string {
  const valued = commands.flatMap(({ options }) => options.filter(({ takesValue }) => takesValue));
  const choices = commands.flatMap(({ name, options }) =>
    options
      .filter((option) => option.choices.length > 0)
      .map((option) => `    ${name}:--${option.name}) words='${option.choices.join(' ')}' ;;`),
  );
  const names = [...new Set(['-c', ...valued.map(({ name }) => `--${name}`)])];
  const after = commands.map(({ name, subcommands, options }) => {
    const words = [...subcommands, ...options.map((option) => `--${option.name}`)];
    return `    ${name}:*) words='${words.join(' ')}' ;;`;
  });
  return `  case "$command:$previous" in
${choices.join('\n')}
    *:${names.join('|*:')}) files=1 ;;
    :*) words='${commands.map(({ name }) => name).join(' ')} help --help --version' ;;
    help:*) words='${commands.map(({ name }) => name).join(' ')}' ;;
${after.join('\n')}
  esac`;
}

const FIND_COMMAND = `  for word in "\${before[@]}"; do
    if [ -n "$skip" ]; then skip=; continue; fi
    case "$word" in
      -c|--config) skip=1 ;;
      -*) ;;
      *) command=$word; break ;;
    esac
  done`;

/** What bash sources to complete the commands. */
export function bashScript(commands: readonly Completable[]): string {
  return `_countersign() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command= words= files= skip= word
  local before=("\${COMP_WORDS[@]:1:COMP_CWORD-1}")
${FIND_COMMAND}
${casesOf(commands)}
  if [ -n "$files" ] || { [ -n "$command" ] && [ -z "$words" ]; }; then
    COMPREPLY=($(compgen -f -- "$current"))
  else
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  fi
}
complete -o filenames -o bashdefault -F _countersign countersign
`;
}

/** What zsh sources to complete them. */
export function zshScript(commands: readonly Completable[]): string {
  return `#compdef countersign
_countersign() {
  local previous=\${words[CURRENT-1]} command= skip= word files=
  local -a before
  before=("\${(@)words[2,CURRENT-1]}")
  local line="$words[CURRENT]"
  local words=
${FIND_COMMAND}
${casesOf(commands)}
  if [ -n "$files" ]; then _files; else compadd -- \${=words}; fi
}
if [ "\${funcstack[1]}" = "_countersign" ]; then _countersign "$@"; else compdef _countersign countersign; fi
`;
}

/** What fish sources to complete them. */
export function fishScript(commands: readonly Completable[]): string {
  const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const lines = commands.flatMap(({ name, summary, subcommands, options }) => [
    `complete -c countersign -f -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`,
    ...(subcommands.length > 0
      ? [
          `complete -c countersign -n '__fish_seen_subcommand_from ${name}' -a ${quoted(subcommands.join(' '))}`,
        ]
      : []),
    ...options.map((option) => {
      const values = option.choices.length > 0 ? `-x -a ${quoted(option.choices.join(' '))}` : '-r -F';
      return `complete -c countersign -n '__fish_seen_subcommand_from ${name}' -l ${option.name}${option.name === 'config' ? ' -s c' : ''}${option.takesValue ? ` ${values}` : ''}`;
    }),
  ]);
  return `${lines.join('\n')}\n`;
}
