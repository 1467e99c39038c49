import { aloneTarget } from '../../fuzz/check/alone-target.ts';
import { type SoundnessAnswer, soundnessOf } from '../../fuzz/check/soundness-answer.ts';
import { harnessOf } from '../../fuzz/run/harness.ts';
import type { Scheme } from '../../targets/subject/subject.ts';

/** Two threads of two ops each, from every state that the source declares. */
export function soundness(scheme: Scheme): SoundnessAnswer {
  const target = aloneTarget({
    name: 'test',
    about: 'one scheme',
    reference: scheme,
    subject: scheme,
    threads: 2,
    ops: Object.keys(scheme.ops),
    initial: Object.keys(scheme.states),
    arguments: [],
    oracles: ['lifetime'],
  });
  const harness = harnessOf(target);
  return soundnessOf(harness, harness.subject, { threads: 2, ops: 2 }, 200_000);
}

/** `use after free in put`, of the gravest fault; `nothing` where there is none. */
export function gravest({ faults, verdict }: SoundnessAnswer): string {
  const [fault] = faults;
  if (fault) return `${fault.what} in ${fault.op}`;
  return verdict === 'sound' || verdict === 'vacuous' ? 'nothing' : verdict;
}
