import {
  type ArgumentModel,
  type CommandModel,
  type Completes,
  everyCommand,
  type OptionModel,
} from './command-model.ts';

/**
 * Completion for zsh: a function for each command, whose options and arguments are told to `_arguments`. It can be sourced
 * after compinit, and it can lie as `_refuzz` in a folder of fpath.
 */
export function zshCompletion(root: CommandModel, targets: readonly string[]): string {
  return `#compdef refuzz
# Completion of refuzz for zsh: source <(refuzz completion zsh), or as the file _refuzz in a folder of fpath
# Two underscores: a command is called targets.
_refuzz__target_names() {
  local -a names=(${targets.map(quoted).join(' ')})
  local found=1
  compadd "$@" -a names && found=0
  _files && found=0
  return found
}

${everyCommand(root)
  .map((one) => commandFunction(one))
  .join('\n\n')}

if [[ $funcstack[1] == _refuzz ]]; then
  _refuzz "$@"
else
  compdef _refuzz refuzz
fi
`;
}

/** `_refuzz_kernel_load`. No helper may be called like a command, see above. */
function nameOf(path: string): string {
  return path === '' ? '_refuzz' : `_refuzz_${path.replaceAll(/[^a-z]/g, '_')}`;
}

/**
 * The function of a command. One with commands below it looks at the first word and hands the others on; any other tells
 * `_arguments` what it takes.
 */
function commandFunction(command: CommandModel): string {
  const specs = command.options.flatMap(optionSpecs);
  if (command.commands.length === 0)
    return `${nameOf(command.path)}() {\n  _arguments ${lines([...specs, ...command.arguments.map(argumentSpec)])}\n}`;
  const names = command.commands.map(({ name, about }) => quoted(`${name}:${plain(about)}`));
  const cases = command.commands.map(({ name, path }) => `        ${name}) ${nameOf(path)} ;;`);
  return `${nameOf(command.path)}() {
  local state line
  local -a commands=(
    ${names.join('\n    ')}
  )
  _arguments -C ${lines([...specs, quoted('1:command:->command'), quoted('*::word:->word')])}
  case $state in
    command) _describe command commands ;;
    word)
      case $line[1] in
${cases.join('\n')}
      esac ;;
  esac
}`;
}

/*
 * Names and texts come from commander's definitions. A text may have anything in it, so each is one word in quotes, and what
 * `_arguments` takes for the end of a part has a backslash.
 */

/** One specification a line, so that a person can read the script. */
function lines(specs: readonly string[]): string {
  return ['', ...specs].join(' \\\n    ');
}

/** `'--corpus=[known cases …]:folder:_files -/'`; an option with two names excludes each other. */
function optionSpecs(option: OptionModel): string[] {
  const { flags, value, takesNext, isRepeatable, about, completes } = option;
  return flags.map((flag) => {
    const others = isRepeatable ? '*' : flags.length > 1 ? `(${flags.join(' ')})` : '';
    const joined = value === undefined ? '' : flag.startsWith('--') ? (takesNext ? '=' : '=-') : '+';
    const taken =
      value === undefined ? '' : `${takesNext ? '' : ':'}:${plain(bare(value))}:${action(completes)}`;
    return quoted(`${others}${flag}${joined}[${plain(about)}]${taken.replace(/^::/, '::')}`);
  });
}

/** `'*:target:…'` for any number, `'2::source:…'` for one that may be left out. */
function argumentSpec({ text, isVariadic, completes }: ArgumentModel, at: number): string {
  const optional = text.startsWith('[') && !isVariadic ? ':' : '';
  return quoted(`${isVariadic ? '*' : at + 1}:${optional}${plain(bare(text))}:${action(completes)}`);
}

/** `<folder>` is `folder`: what zsh shows above the list. */
function bare(text: string): string {
  return text.replaceAll(/[<>[\].]/g, '').replaceAll('=', ' ');
}

/** What is offered. A single blank is nothing at all, and no error. */
function action(completes: Completes): string {
  switch (completes.kind) {
    case 'nothing':
      return ' ';
    case 'choice':
      return `(${completes.choices.join(' ')})`;
    case 'folder':
      return '_files -/';
    case 'file':
      return '_files';
    case 'target':
      return '_refuzz__target_names';
  }
}

/** Brackets and colons would end a part of a specification. */
function plain(text: string): string {
  return text.replaceAll(/[\\[\]:]/g, (found) => `\\${found}`);
}

/** One word of zsh. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
