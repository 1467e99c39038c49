import { EXAMPLES } from '../io/examples.ts';
import { type CommandModel, everyCommand } from './command-model.ts';

/** What the manual needs besides the commands. */
export interface ManualFacts {
  readonly version: string;
  /** What a code means, for each that refuzz ends with. */
  readonly exitCodes: readonly (readonly [code: number, meaning: string])[];
}

/** The manual, in mdoc(7): made of the same definitions as `--help`, so that it lacks nothing and names nothing that is gone. */
export function manPage(root: CommandModel, { version, exitCodes }: ManualFacts): string {
  const commands = everyCommand(root).filter(
    ({ path, commands: below }) => path !== '' && below.length === 0,
  );
  return [
    '.Dd $Mdocdate$',
    '.Dt REFUZZ 1',
    '.Os',
    '.Sh NAME',
    '.Nm refuzz',
    '.Nd fuzzing and differential testing of reference counters',
    '.Sh SYNOPSIS',
    ...commands.flatMap(synopsis),
    '.Sh DESCRIPTION',
    '.Nm',
    text('finds where a reference counter stops behaving like the one it replaces.'),
    text(`This page is of version ${version}.`),
    text('Each command has'),
    '.Fl -help .',
    ...commands.flatMap(section),
    '.Sh EXIT STATUS',
    '.Bl -tag -width 4n -compact',
    ...exitCodes.flatMap(([code, meaning]) => [`.It ${code}`, text(meaning)]),
    '.El',
    '.Sh EXAMPLES',
    ...Object.values(EXAMPLES)
      .flatMap((examples) =>
        examples.flatMap(({ command, about }) => [
          text(`${about}:`),
          '.Pp',
          `.Dl $ ${escaped(command)}`,
          '.Pp',
        ]),
      )
      .slice(0, -1),
    '',
  ].join('\n');
}

/** One line of the synopsis, as all pages of mdoc have it. */
function synopsis({ path, arguments: args }: CommandModel): string[] {
  const words = args.map((one) => argumentText(one.text));
  return ['.Nm', `.Cm ${path}`, '.Op Ar options', ...words];
}

/** `[target...]` is `.Op Ar target ...`. */
function argumentText(value: string): string {
  const name = value.replaceAll(/[<>[\]]|\.\.\./g, '').replaceAll(' ', '\\ ');
  const more = value.includes('...') ? ' ...' : '';
  return value.startsWith('[') ? `.Op Ar ${name}${more}` : `.Ar ${name}${more}`;
}

/**
 * A command: what it does, then a tag for each argument and each option. The texts are those of the help, so that the two
 * never say different things.
 */
function section({ path, about, options, arguments: args }: CommandModel): string[] {
  return [
    `.Ss refuzz ${path}`,
    text(`${about.charAt(0).toUpperCase()}${about.slice(1)}.`),
    '.Bl -tag -width Ds',
    ...args.flatMap((one) => [`.It Ar ${escaped(one.text)}`, text(one.about)]),
    ...options.flatMap(({ flags, value, about: meaning }) => {
      const names = flags.map((flag) => `Fl ${escaped(flag.slice(1))}`).join(' , ');
      return [`.It ${names}${value === undefined ? '' : ` Ar ${escaped(value)}`}`, text(meaning)];
    }),
    '.El',
  ];
}

/** Columns of a line before it is escaped: lint wants lines of the source to be short. */
const WIDTH = 60;

/** Text in short lines, with a line break after each sentence, as mdoc wants it. */
function text(value: string): string {
  return value
    .split(/(?<=[.?!]) (?=[A-Z])/)
    .flatMap((sentence) => {
      const lines = [''];
      for (const word of sentence.split(' ')) {
        const last = lines.at(-1)!;
        if (last !== '' && last.length + word.length >= WIDTH) lines.push(word);
        else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
      }
      return lines;
    })
    .map(escaped)
    .join('\n');
}

/** Backslashes, and dots and quotes that would begin a request. */
function escaped(value: string): string {
  return value
    .replaceAll('\\', '\\e')
    .replaceAll(/^([.'])/gm, '\\&$1')
    .replaceAll('^', '\\(ha')
    .replaceAll('~', '\\(ti')
    .replaceAll('`', '\\(ga')
    .replaceAll("'", '\\(aq')
    .replaceAll('"', '\\(dq')
    .replaceAll(
      /[^\n -~]/gu,
      (found) => `\\[u${found.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}]`,
    );
}
