import { InputError } from '../../targets/subject/input-error.ts';
import type { CodePlaces } from '../../targets/target/named-targets.ts';
import type { CampaignHeader } from './campaign-state.ts';

/** What somebody who resumes a campaign names again; what is left out may be anything. */
export interface CampaignRequest {
  readonly targets?: readonly string[] | undefined;
  readonly seed?: number | undefined;
  readonly maxOps?: number | undefined;
  readonly maxThreads?: number | undefined;
  readonly feedback?: boolean | undefined;
  readonly code?: CodePlaces | undefined;
}

/** @throws InputError for the first thing that the campaign was not started with */
export function checkAsked(folder: string, header: CampaignHeader, asked: CampaignRequest): void {
  const other = otherThan(header, asked);
  if (other === undefined) return;
  throw new InputError(
    folder,
    `was started with ${other}; --resume continues it with that, so leave the option out`,
  );
}

/** @returns what it was started with instead, in words */
function otherThan(header: CampaignHeader, asked: CampaignRequest): string | undefined {
  const { seed, maxOps, maxThreads, feedback, targets, code } = header;
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
  };
  for (const [name, [wanted, was]] of Object.entries(given)) {
    if (wanted !== undefined && wanted !== was)
      return was === undefined ? `no --${name}` : `--${name} ${was}`;
  }
  return asked.feedback === false && feedback ? 'feedback' : undefined;
}
