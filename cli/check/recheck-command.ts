import { recheckReport } from '../../export/report/certificate-report.ts';
import { type Certificate, digestsOf, headerDigest, readCertificate } from '../../fuzz/check/certificate.ts';
import { recheck } from '../../fuzz/check/recheck.ts';
import { type Harness, harnessOf } from '../../fuzz/run/harness.ts';
import type { TransitionTrees } from '../../fuzz/run/transition-trees.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { EXIT, type Io } from '../io/io.ts';
import { type CodeOptions, chooseTargets } from '../target/find-target.ts';
import { oneTarget } from './one-target.ts';

/** Options of `refuzz recheck`. */
export interface RecheckCommandOptions extends CodeOptions {
  readonly schedules: number;
  readonly samples: number;
  readonly seed: number;
  readonly json?: boolean;
}

/**
 * Verifies a certificate: that the sources are those it is of, and that programs come to what it lists.
 *
 * @param source the source of a certificate of soundness, if it lies elsewhere now
 * @returns 0 verified, 1 contradicted; 2, as an InputError, for a file or a source that is another
 */
export async function recheckCommand(
  path: string,
  source: string | undefined,
  options: RecheckCommandOptions,
  io: Io,
): Promise<number> {
  const certificate = readCertificate(path);
  const harness = await certifiedHarness(path, certificate, source, options);
  const sides = sidesOf(harness, certificate);
  const found = recheck(harness, sides, certificate, options);
  for (const line of recheckReport(certificate, found, options)) io.out(`${line}\n`);
  if (options.json) io.out(`${JSON.stringify({ claim: certificate.claim, ...found })}\n`);
  return found.contradiction ? EXIT.FOUND : EXIT.OK;
}

/** The target that the certificate is of, of the very sources. @throws InputError for any other */
async function certifiedHarness(
  path: string,
  certificate: Certificate,
  source: string | undefined,
  options: CodeOptions,
): Promise<Harness> {
  const { target, sides, claim, scope } = certificate;
  const [first, second] = sides;
  const places = { ...options };
  if (claim === 'equivalent' && target === null) {
    places.before ??= first!.name;
    places.after ??= second?.name;
  }
  const names = target === null ? [] : [target];
  const harness = harnessOf(
    claim === 'sound'
      ? (await oneTarget([source ?? target ?? first!.name], options)).target
      : (await chooseTargets(names, places))[0]!.target,
  );
  if (headerDigest() !== certificate.header)
    throw new InputError(path, 'was made with another refuzz.h; check again');
  for (const [at, { trees }] of sidesOf(harness, certificate).entries()) checkSide(trees, sides[at]!);
  const calls = harness.calls.map((call) => harness.alphabet.format(call));
  const states = harness.target.initial.map(String);
  if (calls.join() !== scope.calls.join() || states.join() !== scope.states.join())
    throw new InputError(path, 'names other ops or states than the sources have now');
  return harness;
}

function checkSide({ subject }: TransitionTrees, side: Certificate['sides'][number]): void {
  const { sha256, build } = digestsOf(subject);
  if (sha256 !== side.sha256)
    throw new InputError(
      subject.compiled?.path ?? subject.name,
      `is not the "${side.name}" of the certificate: it was changed`,
    );
  if (build !== side.build)
    throw new InputError(
      side.name,
      'compiles to another module: what it includes was changed, or the compiler',
    );
}

/** The reference first, as certificates have them. */
function sidesOf({ subject, reference }: Harness, { sides, claim }: Certificate) {
  const trees = claim === 'sound' ? [subject] : [reference!, subject];
  return trees.map((one, at) => ({ name: sides[at]?.name ?? one.subject.name, trees: one }));
}
