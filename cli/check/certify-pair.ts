import { harnessOf } from '../../fuzz/run/harness.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { subjectsOf } from '../../targets/target/sides.ts';
import type { Io } from '../io/io.ts';
import { chooseTargets } from '../target/find-target.ts';
import { type CheckOptions, sizeFor } from './check-command.ts';
import { checkCertifiable, writeCertificate } from './write-certificate.ts';

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
  const [chosen, ...more] = await chooseTargets(names, options);
  if (chosen === undefined || more.length > 0)
    throw new InputError('--certificate', 'is of one comparison; name one target');
  const { target } = chosen;
  const harness = harnessOf(target);
  checkCertifiable(harness);
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
  };
  return writeCertificate(options.certificate, request, io);
}
