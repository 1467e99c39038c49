import { type Command, Option } from 'commander';
import { DISCIPLINES } from '../../oracles/holdings.ts';
import { MEMORY_MODELS } from '../../targets/target/memory.ts';
import { collect, fileName } from './options.ts';

/** The options that say where C code comes from, for every command that runs targets. */
export function withCode(command: Command): Command {
  return command
    .option(
      '--kernel <path>',
      'a kernel tree or linux-source archive: for kernel/refcount, and for your C',
      fileName,
    )
    .option('--against <path>', 'another one, to compare the first with', fileName)
    .option(
      '--include <folder>',
      'where your C may include from, beside its own folder; may be given several times',
      collect,
    )
    .option('--before <file>', 'a C source: the reference, with --after', fileName)
    .option('--after <file>', 'a C source to compare with it', fileName)
    .addOption(
      new Option(
        '--discipline <name>',
        'of two counters: whether threads are to put what they got, or may do anything (default: holders)',
      ).choices(DISCIPLINES),
    )
    .addOption(
      new Option(
        '--memory <model>',
        'kernel: ask what memory orders make known as well (default: sc, sequentially consistent)',
      ).choices(MEMORY_MODELS),
    )
    .option(
      '--only [names]',
      'compare what both sources declare; with --only=get,put these ops and states of it',
      (names) => (names === '' ? true : names),
    );
}

/**
 * A bare --only takes no names from the word that follows it, which may be a file: names are joined to it with `=`.
 *
 *     --only corpus      --only= corpus
 *     --only=get,put     as it is
 *     audit --only no    as it is: there, and of convert, it always has a value
 */
export function withBareOnly(argv: readonly string[]): string[] {
  if (argv[0] === 'audit' || argv[0] === 'convert') return [...argv];
  return argv.map((word) => (word === '--only' ? '--only=' : word));
}

/** For commands about cases: they name their target, and it may come from a file. */
export function withTargetFiles(command: Command): Command {
  return command.option(
    '--target-file <file>',
    'a target file that cases may name; may be given several times',
    collect,
  );
}

/**
 * Sets what the process exits with: the exit code of a command, once it is done.
 *
 * @param act runs the command; what it throws goes on to `runCommandLine`
 */
export type Run = (act: () => number | Promise<number>) => Promise<void>;
