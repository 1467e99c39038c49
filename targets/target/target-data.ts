import { type CName, cSubject } from '../c/c-subject.ts';
import { InputError } from '../subject/input-error.ts';
import type { Subject } from '../subject/subject.ts';
import { SUBJECTS } from './subjects.ts';
import type { Target } from './target.ts';

/**
 * A target as JSON: checked already, so that whoever opens it needs neither the YAML parser nor a compiler. For a
 * program that shall load little.
 */
export interface TargetData extends Omit<Target, 'reference' | 'subject'> {
  /** Names of subjects: built-in ones, or those in `compiled`; the reference may be `ideal`. */
  readonly reference: string;
  readonly subject: string;
  readonly compiled: readonly CompiledData[];
}

/** A compiled C source: the build whose accesses the engine makes, in base64. */
interface CompiledData extends CName {
  readonly recorded: string;
}

/** @param compiled the C subjects that the target's source brought along */
export function dataOf(
  { reference, subject, ...rest }: Target,
  compiled: readonly (CName & { readonly recorded: Uint8Array; readonly direct?: Uint8Array | undefined })[],
): TargetData {
  return {
    ...rest,
    reference: reference === 'ideal' ? 'ideal' : reference.name,
    subject: subject.name,
    compiled: compiled.map(({ direct, recorded, ...name }) => ({
      ...name,
      recorded: Buffer.from(recorded).toString('base64'),
    })),
  };
}

/**
 * @param others subjects that it may name besides the built-in ones
 * @throws InputError when it names a subject that is not there
 */
export function targetOf(
  { reference, subject, compiled, ...rest }: TargetData,
  others: readonly Subject[] = [],
): Target {
  const own = compiled.map(({ recorded, ...name }) => cSubject(name, Buffer.from(recorded, 'base64')));
  const named = (name: string): Subject => {
    const found = [...own, ...others, ...SUBJECTS].find((one) => one.name === name);
    if (found) return found;
    throw new InputError(`target "${rest.name}"`, `there is no subject "${name}"`);
  };
  return { ...rest, reference: reference === 'ideal' ? 'ideal' : named(reference), subject: named(subject) };
}
