import { BOUNDARIES } from '../../oracles/boundary.ts';
import { JUDGEMENTS, type Judgement, KINDS, signatureOf } from '../../oracles/divergence.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { unknownName } from '../../targets/target/checked-yaml.ts';
import type { Target } from '../../targets/target/target.ts';

/**
 * Every signature that is accepted. What can be a signature is known beforehand, so that a judgement stands for all its signatures.
 *
 * @throws InputError for a judgement that is none
 */
export function toleratedSignatures(
  { ops }: Target,
  known: Iterable<string>,
  accepted: readonly Judgement[],
): ReadonlySet<string> {
  const unknown = accepted.find((judgement) => !JUDGEMENTS.includes(judgement));
  if (unknown !== undefined) throw new InputError('accepted', unknownName('judgement', unknown, JUDGEMENTS));
  const signatures = ops.flatMap((op) =>
    BOUNDARIES.flatMap((boundary) =>
      KINDS.flatMap((kind) => accepted.map((judgement) => signatureOf({ op, boundary, kind, judgement }))),
    ),
  );
  return new Set([...known, ...signatures]);
}
