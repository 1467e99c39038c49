import { BOUNDARIES } from '../../oracles/boundary.ts';
import { JUDGEMENTS, type Judgement, KINDS, keyOf } from '../../oracles/divergence.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { unknownName } from '../../targets/target/checked-yaml.ts';
import type { Target } from '../../targets/target/target.ts';

/**
 * Every key that is accepted. What can be a key is known beforehand, so that a judgement stands for all its keys.
 *
 * @throws InputError for a judgement that is none
 */
export function toleratedKeys(
  { ops }: Target,
  known: Iterable<string>,
  accepted: readonly Judgement[],
): ReadonlySet<string> {
  const unknown = accepted.find((judgement) => !JUDGEMENTS.includes(judgement));
  if (unknown !== undefined) throw new InputError('accepted', unknownName('judgement', unknown, JUDGEMENTS));
  const keys = ops.flatMap((op) =>
    BOUNDARIES.flatMap((boundary) =>
      KINDS.flatMap((kind) => accepted.map((judgement) => keyOf({ op, boundary, kind, judgement }))),
    ),
  );
  return new Set([...known, ...keys]);
}
