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

function slashed(path: string): string {
  const at = path.lastIndexOf(' ');
  return at < 0 ? `/${path}` : `${path.slice(0, at)}/${path.slice(at + 1)}`;
}

function commandLines(command: CommandModel, targets: readonly string[]): string[] {
  const { path, commands, options, arguments: args } = command;
  const head = `complete -c refuzz -n ${quoted(`__refuzz_at '${path}'`)}`;
  return [
    ...commands.map(({ name, about }) => `${head} -a ${quoted(name)} -d ${quoted(about)}`),
    ...args.slice(0, 1).flatMap(({ completes, about }) => argumentLines(head, completes, about, targets)),
    ...options.map((option) => `${head} ${optionText(option)}`),
  ];
}

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

function optionText({ flags, value, about, completes }: OptionModel): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  return [...names, ...(value === undefined ? [] : [valueText(completes)]), '-d', quoted(about)].join(' ');
}

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

function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, (found) => `\\${found}`)}'`;
}
