import { type Command, Option } from 'commander';
import type { OptionSpec } from '../../fuzz/engine/options.ts';
import { duration, fileName, wholeNumber } from './options.ts';

/**
 * Makes options of a command from their specifications. Out-of-range and malformed values are refused by commander,
 * with the option's name.
 */
export function withSpecs(command: Command, specs: Readonly<Record<string, OptionSpec>>): Command {
  for (const spec of Object.values(specs)) command.addOption(optionOf(spec));
  return command;
}

function optionOf({ flags, value, about }: OptionSpec): Option {
  const option = new Option(flags, about);
  switch (value.kind) {
    case 'duration':
      return option.argParser(duration);
    case 'number':
      return option.argParser(wholeNumber(value.least, value.most));
    case 'file':
      return option.argParser(fileName);
    case 'choice':
      return option.choices(value.choices);
    case 'text':
    case 'flag':
      return option;
  }
}

/** Whether the user named an option, by its name in camel case. A default does not count. */
export function isGiven(command: Command, name: string): boolean {
  return command.getOptionValueSource(name) === 'cli';
}
