import type { Certificate } from '../../fuzz/check/certificate.ts';
import type { Recheck, RecheckOptions } from '../../fuzz/check/recheck.ts';
import { grouped } from './grouped.ts';
import { statedText } from './vacuity-report.ts';

/** `equivalent within 2 × 2: before.c and after.c` */
export function claimText({ claim, scope, sides }: Certificate): string {
  const names = sides.map(({ name }) => name).join(' and ');
  return `${claim} within ${scope.threads} × ${scope.ops}: ${names}`;
}

/** One line about a certificate that was written. */
export function writtenLine(path: string, certificate: Certificate): string {
  const { programs, outcomes } = certificate;
  return `certificate: ${path}: ${grouped(programs)} programs, ${grouped(outcomes.length)} different outcomes; refuzz recheck verifies it`;
}

/**
 * What a recheck came to, for a person: the sentence, then how much of it was enumerated and how much sampled.
 *
 * @param vacuous what no program of the scope comes to, see certified-missing.ts
 * @returns lines without a line break at the end
 */
export function recheckReport(
  certificate: Certificate,
  found: Recheck,
  options: RecheckOptions,
  vacuous: readonly string[] = [],
): string[] {
  const { enumerated, sampled, schedules, listed, seen } = found;
  const looked = enumerated + sampled;
  const share = looked === 0 ? 0 : Math.floor((1000 * enumerated) / looked) / 10;
  const each = certificate.sides.length > 1 ? ', each side counted' : '';
  return [
    firstLine(certificate, found, vacuous),
    `enumerated: ${grouped(enumerated)} of ${grouped(looked)} programs (${share} %), every schedule of each, one by one${each}`,
    ...(sampled > 0
      ? [
          `sampled: ${grouped(sampled)} programs of more than ${grouped(options.schedules)} schedules, ${grouped(options.samples)} random ones of each; they showed ${grouped(seen)} of ${grouped(listed)} listed outcomes`,
        ]
      : []),
    `${grouped(schedules)} schedules in all; decided by refuzz ${certificate.refuzz}`,
  ];
}

function firstLine(
  certificate: Certificate,
  { contradiction, unended }: Recheck,
  vacuous: readonly string[],
): string {
  const claim = claimText(certificate);
  if (contradiction)
    return `contradicted: ${claim}: ${contradiction.side}: ${contradiction.program}: ${contradiction.what}`;
  if (vacuous.length > 0) return `not verified: ${claim}: true, but it says little: ${vacuous.join('; ')}`;
  if (unended.length === 0) return `verified: ${claim}${statedText(certificate.never ?? [])}`;
  return `not verified: ${claim}: of ${grouped(unended.length)} programs no schedule that was tried came to an end, e.g. ${unended[0]}`;
}
