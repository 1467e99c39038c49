import { basename, extname } from 'node:path';
import { aloneTarget } from '../../fuzz/check/alone-target.ts';
import { MAX_THREADS } from '../../fuzz/program/program.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { kernelTrees } from '../../targets/target/named-targets.ts';
import { readPair } from '../../targets/target/read-target.ts';
import type { Target } from '../../targets/target/target.ts';
import { type CodeOptions, chooseTargets } from '../target/find-target.ts';

/**
 * The target of one protocol, or counter, that is asked about alone: its subject is what is meant. A source is both sides of its target,
 * as nothing is compared.
 *
 * @throws InputError unless there is exactly one name
 */
export async function oneTarget(
  names: readonly string[],
  options: CodeOptions,
): Promise<{ name: string; target: Target }> {
  const [name] = names;
  if (name === undefined || names.length > 1)
    throw new InputError(
      'command line',
      'name one source, or one target with --alone; two are compared by --before and --after',
    );
  if (options.only !== undefined)
    throw new InputError('command line', '--only says what of --before and --after to compare; name both');
  if (!name.endsWith('.c')) {
    const [chosen] = await chooseTargets(names, options);
    return { name, target: aloneTarget(chosen!.target) };
  }
  const target = await readPair(nameFor(name), name, name, await kernelTrees(options));
  return { name, target: aloneTarget({ ...target, threads: MAX_THREADS }) };
}

/** Nothing is stored under it. */
function nameFor(path: string): string {
  const words = basename(path, extname(path))
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  return ['alone', ...words].join('-');
}
