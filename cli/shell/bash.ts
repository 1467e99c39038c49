import { type CommandModel, type Completes, everyCommand } from './command-model.ts';

/**
 * Completion for bash. The function goes through the words to find the command, and then offers what may stand at the
 * cursor: the values of an option, options, commands below, targets, files.
 *
 *     'check:--discipline')  _refuzz_words 'holders free' ;;
 */
export function bashCompletion(root: CommandModel, targets: readonly string[]): string {
  const all = everyCommand(root);
  const commands = all.filter(({ path }) => path !== '');
  return `# Completion of refuzz for bash: eval "$(refuzz completion bash)"
_refuzz_words() {
  mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur")
}

_refuzz_files() {
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen "$1" -- "$cur")
}

_refuzz() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} path='' word
  # Bash takes --option=value apart.
  if [[ $cur == = ]]; then cur=''; elif [[ $prev == = ]]; then prev=\${COMP_WORDS[COMP_CWORD - 2]}; fi
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path/$word" in
${commands.map(({ path }) => `      ${quoted(slashed(path))}) path=${quoted(path)} ;;`).join('\n')}
    esac
  done
  COMPREPLY=()
  case "$path:$prev" in
${all.flatMap(valueLines).join('\n')}
  esac
  if [[ $cur == -* ]]; then
    case "$path" in
${all.map((one) => `      ${quoted(one.path)}) _refuzz_words ${quoted(flagsOf(one).join(' '))} ;;`).join('\n')}
    esac
    return
  fi
  case "$path" in
${all.map((one) => `    ${quoted(one.path)}) ${wordsOf(one, targets)} ;;`).join('\n')}
  esac
}

complete -F _refuzz refuzz
`;
}

/** `kernel/load`: a path and the next word. */
/**
 * `kernel/load`: the path so far and the next word, with a slash where they meet. A blank would not tell a command below
 * another one from a word that only looks like it.
 *
 *     fuzz           /fuzz
 *     kernel load    kernel/load
 */
function slashed(path: string): string {
  const at = path.lastIndexOf(' ');
  return at < 0 ? `/${path}` : `${path.slice(0, at)}/${path.slice(at + 1)}`;
}

/** Both spellings of each option. */
function flagsOf({ options }: CommandModel): string[] {
  return options.flatMap(({ flags }) => flags);
}

/**
 * What may follow an option, by the option. It ends the completion: after `--corpus` there is a folder, and no target, even
 * where no folder begins like the word.
 */
function valueLines({ path, options }: CommandModel): string[] {
  return options
    .filter(({ value }) => value !== undefined)
    .flatMap(({ flags, completes }) =>
      flags.map((flag) => `    ${quoted(`${path}:${flag}`)}) ${offer(completes, [])}; return ;;`),
    );
}

/** What stands where no option does: commands below this one, else its first argument. */
function wordsOf({ commands, arguments: [first] }: CommandModel, targets: readonly string[]): string {
  if (commands.length > 0) return `_refuzz_words ${quoted(commands.map(({ name }) => name).join(' '))}`;
  return first ? offer(first.completes, targets) : ':';
}

/** A command of bash that fills COMPREPLY. Of a target the files come second: most are named, and a list of both is long. */
function offer(completes: Completes, targets: readonly string[]): string {
  switch (completes.kind) {
    case 'nothing':
      return ':';
    case 'choice':
      return `_refuzz_words ${quoted(completes.choices.join(' '))}`;
    case 'folder':
      return '_refuzz_files -d';
    case 'file':
      return '_refuzz_files -f';
    case 'target':
      return `_refuzz_words ${quoted(targets.join(' '))}; [[ \${#COMPREPLY[@]} -gt 0 ]] || _refuzz_files -f`;
  }
}

/** One word of bash, whatever is in it: descriptions have quotes, brackets and dollars. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
