import { type CommandModel, type Completes, everyCommand, type OptionModel } from './command-model.ts';

/**
 * Completion for fish: a line for each thing that may be typed, each with the command after which it may stand.
 *
 *     complete -c refuzz -n "__refuzz_at 'check'" -l discipline -x -a 'holders free' -d '…'
 */
export function fishCompletion(root: CommandModel, targets: readonly string[]): string {
  const all = everyCommand(root);
  const commands = all.filter(({ path }) => path !== '');
  return `# Completion of refuzz for fish: refuzz completion fish | source
function __refuzz_at
    set -l path ''
    for word in (commandline -opc)[2..]
        switch "$path/$word"
${commands.map(({ path }) => `            case ${quoted(slashed(path))}\n                set path ${quoted(path)}`).join('\n')}
        end
    end
    test "$path" = "$argv[1]"
end

complete -c refuzz -f
${all.flatMap((one) => commandLines(one, targets)).join('\n')}
`;
}

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

/** Lines of one command: what is below it, what it takes, its options. */
function commandLines(command: CommandModel, targets: readonly string[]): string[] {
  const { path, commands, options, arguments: args } = command;
  const head = `complete -c refuzz -n ${quoted(`__refuzz_at '${path}'`)}`;
  return [
    ...commands.map(({ name, about }) => `${head} -a ${quoted(name)} -d ${quoted(about)}`),
    ...args.slice(0, 1).flatMap(({ completes, about }) => argumentLines(head, completes, about, targets)),
    ...options.map((option) => `${head} ${optionText(option)}`),
  ];
}

/** Words that are no options. Files are off at first, so that after `refuzz` no file is offered in the place of a command. */
function argumentLines(
  head: string,
  completes: Completes,
  about: string,
  targets: readonly string[],
): string[] {
  switch (completes.kind) {
    case 'nothing':
      return [];
    case 'choice':
      return [`${head} -a ${quoted(completes.choices.join(' '))} -d ${quoted(about)}`];
    case 'target':
      return [`${head} -F`, `${head} -a ${quoted(targets.join(' '))} -d target`];
    default:
      return [`${head} -F`];
  }
}

/** `-l corpus -x -a '(__fish_complete_directories)' -d '…'` */
function optionText({ flags, value, about, completes }: OptionModel): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  return [...names, ...(value === undefined ? [] : [valueText(completes)]), '-d', quoted(about)].join(' ');
}

/** `-x` takes a value and offers no files, `-r -F` takes one and does. */
function valueText(completes: Completes): string {
  switch (completes.kind) {
    case 'choice':
      return `-x -a ${quoted(completes.choices.join(' '))}`;
    case 'folder':
      return "-x -a '(__fish_complete_directories)'";
    case 'nothing':
      return '-x';
    default:
      return '-r -F';
  }
}

/** One word of fish, whatever is in it: descriptions have quotes, brackets and dollars. */
function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, (found) => `\\${found}`)}'`;
}
