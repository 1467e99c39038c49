import { divergenceOf, signatureOf } from '../../oracles/divergence.ts';
import type { NamedTarget } from '../../targets/target/named-targets.ts';
import type { MetDivergence } from '../case/met-divergence.ts';
import { noCounts, type SearchCounts } from '../search/search.ts';
import type { CampaignSummary, LeftRawFinding } from './campaign-events.ts';
import type { Member } from './supervisor-events.ts';
import type { TargetJournal } from './target-journal.ts';

/** A target of a durable campaign: what searches it, what is known of it, and where its progress is kept. */
export interface Runner {
  readonly named: NamedTarget;
  readonly member: Member;
  /** By signature, the case's file: of what was no news when the campaign began, and of what the campaign found. */
  readonly known: ReadonlyMap<string, string>;
  readonly fresh: Map<string, string>;
  readonly journal: TargetJournal;
  /** See `codeMetOn`. */
  readonly code: string;
}

/**
 * How many signatures a campaign met that were known, and how many it found. Signatures that minimising brought to
 * light are among the found ones, though the search may never have met them.
 */
export function metSignatures({ member, known, fresh }: Pick<Runner, 'member' | 'known' | 'fresh'>): {
  readonly known: number;
  readonly fresh: number;
} {
  const met = [...member.campaign.hits.keys()].filter(
    (signature) => !fresh.has(signature) && known.has(signature),
  );
  return { known: met.length, fresh: fresh.size };
}

/** Whether a raw finding is no case yet: a session that was killed may have left the file of one that is. */
export function isOpen(
  { known, fresh }: Runner,
  { divergence }: Pick<LeftRawFinding, 'divergence'>,
): boolean {
  const signature = signatureOf(divergence);
  return !known.has(signature) && !fresh.has(signature);
}

/** Every divergence that was met, those that only minimising brought to light, and those of iterations that were given up. Those count as met once. */
export function divergencesMet(
  { named, member, known, fresh }: Runner,
  left: CampaignSummary['left'],
): MetDivergence[] {
  const { hits } = member.campaign;
  const open = new Map(
    left
      .filter(({ target }) => target === named.target.name)
      .map(({ divergence, program }) => [signatureOf(divergence), program]),
  );
  const signatures = new Set([...hits.keys(), ...fresh.keys(), ...open.keys()]);
  return [...signatures].map((signature) => ({
    target: named.target.name,
    divergence: divergenceOf(signature)!,
    isNew: fresh.has(signature) || !known.has(signature),
    count: hits.get(signature) ?? 1,
    case: fresh.get(signature) ?? known.get(signature),
    program: open.get(signature),
  }));
}

/** The counts of all targets together. */
export function totalsOf(runners: readonly Runner[]): SearchCounts {
  const sum = noCounts();
  for (const { member } of runners) {
    for (const name of Object.keys(sum) as (keyof SearchCounts)[]) sum[name] += member.campaign.counts[name];
  }
  return sum;
}

/** What a session came to. @param session what its targets do not know */
export function summaryOf(
  runners: readonly Runner[],
  session: Pick<CampaignSummary, 'ending' | 'unsaved' | 'seconds' | 'left'>,
): CampaignSummary {
  const signatures = runners.map(metSignatures);
  return {
    ...session,
    counts: totalsOf(runners),
    known: signatures.reduce((sum, one) => sum + one.known, 0),
    fresh: signatures.reduce((sum, one) => sum + one.fresh, 0),
    met: runners.flatMap((runner) => divergencesMet(runner, session.left)),
    targets: runners.map(({ named, member: { campaign }, fresh }) => ({
      target: named.target.name,
      counts: { ...campaign.counts },
      nonTerminating: [...campaign.nonTerminating],
      cases: [...fresh.values()],
    })),
  };
}
