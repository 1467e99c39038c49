import { isDeepStrictEqual } from 'node:util';
import { recheckReport } from '../../export/report/certificate-report.ts';
import {
  type Certificate,
  digestsOf,
  disciplineOf,
  headerDigest,
  namesIn,
  readCertificate,
} from '../../fuzz/check/certificate.ts';
import { certifiedMissing } from '../../fuzz/check/certified-missing.ts';
import { type Recheck, recheck } from '../../fuzz/check/recheck.ts';
import { type Harness, harnessOf } from '../../fuzz/run/harness.ts';
import type { TransitionTrees } from '../../fuzz/run/transition-trees.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { isFile } from '../../targets/target/named-targets.ts';
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
 * @returns 0 verified, 1 contradicted, 3 where no schedule of some program came to an end; 2, as an InputError, for a file or a source that is another
 */
export async function recheckCommand(
  path: string,
  source: string | undefined,
  options: RecheckCommandOptions,
  io: Io,
): Promise<number> {
  const certificate = readCertificate(path);
  const { harness, sides } = await certifiedBy(path, certificate, source, options);
  const found = recheck(harness, sides, certificate, options);
  // What was looked at is named as it was found here: a certificate may call it what it likes.
  const of = {
    ...certificate,
    sides: certificate.sides.map((side, at) => ({ ...side, name: sides[at]!.name })),
  };
  const vacuous = isVerified(found) ? certifiedMissing(harness, certificate) : [];
  for (const line of recheckReport(of, found, options, vacuous)) io.out(`${line}\n`);
  if (options.json) {
    const { unended, ...counts } = found;
    io.out(`${JSON.stringify({ claim: certificate.claim, ...counts, unended: unended.length, vacuous })}\n`);
  }
  if (found.contradiction) return EXIT.FOUND;
  return found.unended.length + vacuous.length > 0 ? EXIT.UNDECIDED : EXIT.OK;
}

function isVerified({ contradiction, unended }: Recheck): boolean {
  return contradiction === undefined && unended.length === 0;
}

/** What a certificate is of, as it is here. */
interface Certified {
  readonly harness: Harness;
  /** The reference first. */
  readonly sides: readonly { readonly name: string; readonly trees: TransitionTrees }[];
}

/** The target that the certificate is of, of the very sources. @throws InputError for any other */
async function certifiedBy(
  path: string,
  certificate: Certificate,
  source: string | undefined,
  options: CodeOptions,
): Promise<Certified> {
  const certified = await namedBy(path, certificate, source, options);
  const { harness, sides } = certified;
  const { claim, scope, discipline } = certificate;
  if (headerDigest() !== certificate.header)
    throw new InputError(path, 'was made with another refuzz.h; check again');
  for (const [at, { name, trees }] of sides.entries())
    checkSide(name, digestsOf(trees.subject), certificate.sides[at]!);
  const { states, calls } = namesIn(harness);
  if (!isDeepStrictEqual({ states, calls }, { states: scope.states, calls: scope.calls }))
    throw new InputError(path, 'names other ops or states than the sources have now');
  if (discipline !== disciplineOf(claim, harness))
    throw new InputError(
      path,
      `has the discipline "${discipline}", which nothing can be certified under here`,
    );
  return certified;
}

/** What the names in a certificate, and those that the user gave, lead to. */
async function namedBy(
  path: string,
  { target, sides, claim }: Certificate,
  source: string | undefined,
  options: CodeOptions,
): Promise<Certified> {
  // Whoever made the file chose the name: what is no target would be quoted in a message.
  if (target !== null && isFile(target) && !/\.(ya?ml|c)$/.test(target))
    throw new InputError(path, 'names a target that is neither a target file nor a C source');
  const [first, second] = sides;
  if (claim === 'sound') {
    const { name, target: alone } = await oneTarget([source ?? target ?? first!.name], options);
    const harness = harnessOf(alone);
    return { harness, sides: [{ name, trees: harness.subject }] };
  }
  const places = { ...options };
  if (target === null) {
    places.before ??= first!.name;
    places.after ??= second!.name;
  }
  const [chosen] = await chooseTargets(target === null ? [] : [target], places);
  const harness = harnessOf(chosen!.target);
  if (harness.reference === undefined)
    throw new InputError(
      path,
      `is of two sources or models, and ${chosen!.target.name} has the ideal counter`,
    );
  const trees = [harness.reference, harness.subject];
  return { harness, sides: trees.map((one) => ({ name: one.subject.name, trees: one })) };
}

function checkSide(
  name: string,
  { sha256, build }: ReturnType<typeof digestsOf>,
  side: Certificate['sides'][number],
): void {
  if (sha256 !== side.sha256)
    throw new InputError(name, `is not the "${side.name}" of the certificate: it was changed`);
  if (build !== side.build)
    throw new InputError(name, 'compiles to another module: what it includes was changed, or the compiler');
}
