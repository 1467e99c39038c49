import { divergenceOf } from '../../oracles/divergence.ts';
import type { NamedTarget } from '../../targets/target/named-targets.ts';
import type { MetDivergence } from '../case/met-divergence.ts';
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

/** Every divergence that was met, and those that only minimising brought to light. Those count as met once. */
export function divergencesMet({ named, member, known, fresh }: Runner): MetDivergence[] {
  const { hits } = member.campaign;
  const signatures = new Set([...hits.keys(), ...fresh.keys()]);
  return [...signatures].map((signature) => ({
    target: named.target.name,
    divergence: divergenceOf(signature)!,
    isNew: fresh.has(signature),
    count: hits.get(signature) ?? 1,
    case: fresh.get(signature) ?? known.get(signature),
  }));
}
