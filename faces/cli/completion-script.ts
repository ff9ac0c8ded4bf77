import type { Command, Option } from 'commander';

/** What can be typed after a verb. */
interface Completable {
  readonly verb: string;
  readonly summary: string;
  readonly words: readonly string[];
  readonly files: boolean;
}

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** The completion of a shell as a script, made from the tree of commands. */
export function completionScript(shell: Shell, program: Command): string {
  const verbs = program.commands.flatMap(completables);
  const globals = flagsOf(program.options);
  return { bash, zsh, fish }[shell](verbs, globals);
}

function completables(command: Command): Completable[] {
  const choices = command.registeredArguments.flatMap((argument) => argument.argChoices ?? []);
  const files = command.registeredArguments.some((argument) =>
    /file|runbook/.test(`${argument.name()} ${argument.description}`),
  );
  const words = [...flagsOf(command.options), ...choices];
  return [command.name(), ...command.aliases()].map((verb) => ({
    verb,
    summary: command.summary(),
    words,
    files,
  }));
}

const flagsOf = (options: readonly Option[]): string[] => options.flatMap(({ long }) => (long ? [long] : []));

const caseOf = ({ verb, words, files }: Completable, globals: readonly string[]): string =>
  `    ${verb}) words="${[...words, ...globals].join(' ')}"${files ? ' files=1' : ''} ;;`;

function bash(verbs: readonly Completable[], globals: readonly string[]): string {
  return `# muster completion for bash: source <(muster completion bash)
_muster() {
  local current="\${COMP_WORDS[COMP_CWORD]}" verb="" word words files=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) verb="$word"; break ;; esac
  done
  case "$verb" in
${verbs.map((one) => caseOf(one, globals)).join('\n')}
    *) words="${[...verbs.map(({ verb }) => verb), ...globals].join(' ')}" ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [ -n "$files" ]; then COMPREPLY+=($(compgen -f -- "$current")); fi
}
complete -o filenames -F _muster muster
`;
}

function zsh(verbs: readonly Completable[], globals: readonly string[]): string {
  const described = verbs.map(({ verb, summary }) => `    ${quoted(`${verb}:${summary}`)}`);
  return `#compdef muster
# muster completion for zsh: source <(muster completion zsh)
_muster() {
  local -a verbs
  verbs=(
${described.join('\n')}
  )
  local words_of files
  if (( CURRENT == 2 )); then _describe 'verb' verbs; return; fi
  case "\${words[2]}" in
${verbs.map(({ verb, words, files }) => `    ${verb}) words_of="${[...words, ...globals].join(' ')}"${files ? ' files=1' : ''} ;;`).join('\n')}
  esac
  compadd -- \${=words_of}
  [[ -n "$files" ]] && _files
}
compdef _muster muster
`;
}

function fish(verbs: readonly Completable[], globals: readonly string[]): string {
  const lines = verbs.flatMap(({ verb, summary, words, files }) => [
    `complete -c muster -n __fish_use_subcommand ${files ? '' : '-f '}-a ${verb} -d ${quoted(summary)}`,
    ...(files ? [] : [`complete -c muster -n '__fish_seen_subcommand_from ${verb}' -f`]),
    ...words.map((word) => `complete -c muster -n '__fish_seen_subcommand_from ${verb}' ${fishWord(word)}`),
  ]);
  return `# muster completion for fish: muster completion fish | source
${[...lines, ...globals.map((flag) => `complete -c muster ${fishWord(flag)}`)].join('\n')}
`;
}

const fishWord = (word: string): string => (word.startsWith('--') ? `-l ${word.slice(2)}` : `-a ${word}`);

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
