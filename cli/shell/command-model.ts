import type { Argument, Command, Option } from 'commander';
import { REPORTER_NAMES } from '../../export/results/reporter-names.ts';

/** What a word on the command line may be. */
export type Completes =
  | { readonly kind: 'nothing' | 'file' | 'folder' | 'target' }
  | { readonly kind: 'choice'; readonly choices: readonly string[] };

/** An option, as its user types it. */
export interface OptionModel {
  /** `-o` and `--output`, or one of the two. */
  readonly flags: readonly string[];
  /** `<folder>`; undefined for a flag. */
  readonly value: string | undefined;
  /** Whether the value follows as the next word; else only after a `=`. */
  readonly takesNext: boolean;
  readonly isRepeatable: boolean;
  readonly about: string;
  readonly completes: Completes;
}

/** What comes after the options. */
export interface ArgumentModel {
  /** `[target...]` */
  readonly text: string;
  readonly isVariadic: boolean;
  readonly about: string;
  readonly completes: Completes;
}

/** A command, as data: what completion and manual are made of. */
export interface CommandModel {
  /** `kernel load`; empty for the root. */
  readonly path: string;
  readonly name: string;
  readonly about: string;
  readonly usage: string;
  readonly options: readonly OptionModel[];
  readonly arguments: readonly ArgumentModel[];
  readonly commands: readonly CommandModel[];
}

/** Reads a command of commander, and all below it. Hidden ones are left out. */
export function modelOf(command: Command, path = ''): CommandModel {
  const help = command.createHelp();
  const below = (one: Command) => modelOf(one, path === '' ? one.name() : `${path} ${one.name()}`);
  // The word `help` is commander's own, and no command with options of its own.
  const commands = help.visibleCommands(command).filter((one) => one.name() !== 'help');
  return {
    path,
    name: command.name(),
    about: command.description(),
    usage: command.usage(),
    options: help.visibleOptions(command).map(optionModel),
    arguments: command.registeredArguments.map(argumentModel),
    commands: commands.map(below),
  };
}

/** A command and all below it, in the order of the help. */
export function everyCommand(model: CommandModel): CommandModel[] {
  return [model, ...model.commands.flatMap(everyCommand)];
}

/** An option of commander. Whether it may come again is said in its text, and nowhere else. */
function optionModel(option: Option): OptionModel {
  const { short, long, flags, description, argChoices, required } = option;
  const value = /[<[].*$/.exec(flags)?.[0];
  return {
    flags: [short, long].filter((flag) => flag !== undefined),
    value,
    // Brackets within a value, as in <name[=file]>, do not make it one that can be left out.
    takesNext: required,
    isRepeatable: /may be given several times/.test(description),
    about: description,
    completes: value === undefined ? { kind: 'nothing' } : completesOf(value, argChoices),
  };
}

/** An argument of commander, with its brackets. */
function argumentModel(argument: Argument): ArgumentModel {
  const { required, variadic, description, argChoices } = argument;
  const name = `${argument.name()}${variadic ? '...' : ''}`;
  const text = required ? `<${name}>` : `[${name}]`;
  return { text, isVariadic: variadic, about: description, completes: completesOf(text, argChoices) };
}

/**
 * By the word that its user reads: `<folder>` is one. What an option takes is said to people by the name of its value, and a
 * second list for shells would soon say something else. A new kind of value needs a row here only if a shell can help.
 */
const BY_NAME: readonly (readonly [name: RegExp, completes: Completes])[] = [
  [/^target/, { kind: 'target' }],
  [/^name\[=file/, { kind: 'choice', choices: REPORTER_NAMES }],
  [/^(folder|repo|tree)\b/, { kind: 'folder' }],
  [
    /^(file|path|case|module|certificate|source|state|image|from|to|asked|initrd|headers)\b/,
    { kind: 'file' },
  ],
];

/** Choices where there are some; else by the name of the value, and nothing for a number or a duration. */
function completesOf(text: string, choices: readonly string[] | undefined): Completes {
  if (choices) return { kind: 'choice', choices };
  const name = text.replace(/^[<[]/, '');
  return BY_NAME.find(([pattern]) => pattern.test(name))?.[1] ?? { kind: 'nothing' };
}
