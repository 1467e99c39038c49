import type { Case } from '../../fuzz/case/case.ts';
import { type Divergence, signatureOf } from '../../oracles/divergence.ts';
import { declaredAt } from '../../targets/c/recorded/source-place.ts';
import type { Target } from '../../targets/target/target.ts';
import { findingText } from '../report/finding-text.ts';
import type { Place, Result } from './result.ts';

/** A divergence, and what is known of it. */
export interface ToldDivergence {
  readonly target: Pick<Target, 'name' | 'reference' | 'subject'>;
  /** The target file, where the user named one. */
  readonly file?: string | undefined;
  readonly divergence: Divergence;
  readonly isNew: boolean;
  readonly cause?: string | undefined;
  /** Its case, as it is at hand; and the file that holds it. */
  readonly stored?: Case | undefined;
  readonly path?: string | undefined;
  readonly command?: string | undefined;
}

/**
 * A divergence as a result: failed when the corpus lacks it. Its name is its signature, which is the same in every run and on
 * every machine, so that a reader of many reports can tell what came, went and stayed.
 */
export function findingResult(told: ToldDivergence): Result {
  const { target, divergence, isNew, cause, stored, path, command } = told;
  const signature = signatureOf(divergence);
  const { op, boundary, kind, judgement } = divergence;
  const plain = `${op} at ${boundary}, ${kind}, ${judgement}`;
  return {
    suite: target.name,
    name: signature,
    status: isNew ? 'failed' : 'known',
    message: stored ? findingText(target, stored, {}) : plain,
    details: stored ? [plain] : [],
    place: placeOfOp(told),
    finding: { target: target.name, signature, op, boundary, kind, judgement, isNew, cause, case: path },
    command,
  };
}

/**
 * Where its reader should look; the case comes last, as nobody mends a case: where the source declares the op; else the target file; else the case.
 */
function placeOfOp({ target, file, divergence, path }: ToldDivergence): Place | undefined {
  const source = target.subject.compiled?.path;
  const isOwn = source !== undefined && target.subject.name.endsWith('.c');
  const position = isOwn ? declaredAt(source, 'op', divergence.op) : undefined;
  if (isOwn) return { file: source, ...position };
  if (file !== undefined) return { file, line: 1 };
  return path === undefined ? undefined : { file: path, line: 1 };
}
