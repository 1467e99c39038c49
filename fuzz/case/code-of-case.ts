import { sourceFromHere } from '../../targets/subject/source-from-here.ts';
import { subjectsOf } from '../../targets/target/sides.ts';
import type { Target } from '../../targets/target/target.ts';

/** A C source that a case was made with. */
export interface CaseCode {
  /** Its path, from the folder in which refuzz ran, with slashes. */
  readonly source: string;
  /** Twelve hexadecimal digits of what it was compiled to: what it includes has a part in it, its comments have none. */
  readonly build: string;
}

/**
 * The user's own sources of a target, the reference first: code that changes from one run to the next, and of which two may
 * have one name. Empty for models and kernel trees.
 */
export function codeOfCase(target: Pick<Target, 'reference' | 'subject'>): readonly CaseCode[] {
  return subjectsOf(target).flatMap(({ name, digest, compiled }) => {
    if (!compiled || digest === undefined || !name.endsWith('.c')) return [];
    return [{ source: compiled.fromThere ?? sourceFromHere(compiled.path), build: digest }];
  });
}

/** Whether two were made of the same code, wherever it lies. */
export function isSameCode(one: readonly CaseCode[], other: readonly CaseCode[]): boolean {
  return one.map(({ build }) => build).join() === other.map(({ build }) => build).join();
}

/** Whether the sources are the same files, edited or not. */
export function isSameSource(one: readonly CaseCode[], other: readonly CaseCode[]): boolean {
  return one.map(({ source }) => source).join('\n') === other.map(({ source }) => source).join('\n');
}
