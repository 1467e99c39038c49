import { InputError } from '../../targets/subject/input-error.ts';
import type { CodePlaces } from '../../targets/target/named-targets.ts';
import type { CampaignHeader } from './campaign-header.ts';

/**
 * What somebody who resumes a campaign names again; what is left out may be anything. Whoever repeats the command line
 * of the start with `--resume` added names the same things, and may.
 */
export interface CampaignRequest {
  readonly targets?: readonly string[] | undefined;
  readonly seed?: number | undefined;
  readonly maxOps?: number | undefined;
  readonly maxThreads?: number | undefined;
  readonly feedback?: boolean | undefined;
  readonly code?: CodePlaces | undefined;
}

/**
 * Refused rather than taken over: another seed or limit is another search, and the corpus would depend on when it was
 * changed.
 *
 * @param header what the campaign was started with
 * @throws InputError for the first thing that the campaign was not started with
 */
export function checkAsked(folder: string, header: CampaignHeader, asked: CampaignRequest): void {
  const other = otherThan(header, asked);
  if (other === undefined) return;
  throw new InputError(
    folder,
    `was started with ${other}; --resume continues it with that, so leave the option out, or name another folder with --state`,
  );
}

/** @returns what it was started with instead, in words */
function otherThan(header: CampaignHeader, asked: CampaignRequest): string | undefined {
  const { seed, maxOps, maxThreads, feedback, targets, code } = header;
  // As written, order included: the order decides whose turn is first.
  const names = asked.targets ?? [];
  if (names.length > 0 && names.join(' ') !== targets.join(' ')) {
    return `the targets ${targets.join(' ') || 'that are built in'}`;
  }
  const given: Readonly<Record<string, readonly [asked: unknown, was: unknown]>> = {
    seed: [asked.seed, seed],
    'max-ops': [asked.maxOps, maxOps],
    'max-threads': [asked.maxThreads, maxThreads],
    kernel: [asked.code?.kernel, code.kernel],
    against: [asked.code?.against, code.against],
    before: [asked.code?.before, code.before],
    after: [asked.code?.after, code.after],
    include: [asked.code?.include?.join(' '), code.include?.join(' ')],
    discipline: [asked.code?.discipline, code.discipline],
    memory: [asked.code?.memory, code.memory],
    only: [asked.code?.only, code.only],
  };
  for (const [name, [wanted, was]] of Object.entries(given)) {
    if (wanted !== undefined && wanted !== was)
      return was === undefined ? `no --${name}` : `--${name} ${was}`;
  }
  // The command line has no way to say "with feedback", so only its absence can be asked for.
  return asked.feedback === false && feedback ? 'feedback' : undefined;
}
