import { harnessOf } from '../../fuzz/run/harness.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { subjectsOf } from '../../targets/target/sides.ts';
import type { Io } from '../io/io.ts';
import { type ChosenTarget, chooseTargets } from '../target/find-target.ts';
import { type CheckOptions, sizeFor } from './check-command.ts';
import { writeCertificate } from './write-certificate.ts';

/**
 * Writes the certificate of a pair that was found equivalent. The outcomes are listed once more, by another way than they
 * were compared; where the two disagree there is no certificate.
 *
 * @returns 0, or 3 without a certificate
 */
export async function certifyPair(
  names: readonly string[],
  options: CheckOptions & { readonly certificate: string },
  io: Io,
): Promise<number> {
  const chosen = await certifiable(names, options);
  const { target } = chosen;
  const harness = harnessOf(target);
  const trees = [harness.reference!, harness.subject];
  const sides = subjectsOf(target).map(({ name }, at) => ({ name, trees: trees[at]! }));
  const isPair = options.before !== undefined;
  const request = {
    claim: 'equivalent' as const,
    harness,
    sides,
    target: isPair ? null : (chosen.file ?? target.name),
    size: sizeFor(target, options),
    limit: options.limit,
    never: options.never ?? [],
  };
  return writeCertificate(options.certificate, request, io);
}

/**
 * The one comparison that a certificate is to be of. Ask it before hours of work.
 *
 * @throws InputError for several, and for one with the ideal counter, which has no accesses that could be interleaved
 */
export async function certifiable(names: readonly string[], options: CheckOptions): Promise<ChosenTarget> {
  const [chosen, ...more] = await chooseTargets(names, options);
  if (chosen === undefined || more.length > 0)
    throw new InputError('--certificate', 'is of one comparison; name one target');
  if (chosen.target.reference === 'ideal')
    throw new InputError(
      '--certificate',
      `is of two sources or models, and ${chosen.target.name} has the ideal counter`,
    );
  return chosen;
}
