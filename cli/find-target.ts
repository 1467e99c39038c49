import { closest } from 'fastest-levenshtein';
import type { Case } from '../fuzz/case.ts';
import { type Harness, harnessOf } from '../fuzz/harness.ts';
import { InputError } from '../targets/input-error.ts';
import type { Target } from '../targets/target.ts';
import { loadBuiltInTargets, loadTarget } from '../targets/target-file.ts';

/** Found by every engine or the campaign is broken; not a finding, so only run when asked for. */
const CANARY = 'canary';

export interface ChosenTarget {
  readonly target: Target;
  /** The file it was loaded from; absent for a built-in one. */
  readonly file: string | undefined;
}

/** The targets a command is to run on: names of built-in ones, or files. None named: all but the canary. */
export function chooseTargets(names: readonly string[]): ChosenTarget[] {
  const builtIn = loadBuiltInTargets();
  const builtInNames = builtIn.map(({ name }) => name);
  if (names.length === 0) {
    return builtIn.filter(({ name }) => name !== CANARY).map((target) => ({ target, file: undefined }));
  }
  const chosen = names.map((name) =>
    isFile(name)
      ? { target: loadTarget(name), file: name }
      : { target: named(builtIn, name), file: undefined },
  );
  for (const [at, { target, file }] of chosen.entries()) {
    // They would share a folder of the corpus.
    const twice = chosen.findIndex((other) => other.target.name === target.name) < at;
    if (twice) throw new InputError('command line', `the target "${target.name}" is named twice`);
    if (file && builtInNames.includes(target.name)) {
      throw new InputError(file, `"${target.name}" is the name of a built-in target; give yours another`);
    }
  }
  return chosen;
}

function isFile(name: string): boolean {
  return name.endsWith('.yaml') || name.endsWith('.yml') || name.includes('/');
}

function named(targets: readonly Target[], name: string): Target {
  const found = targets.find((target) => target.name === name);
  if (found) return found;
  const nearest = closest(
    name,
    targets.map((target) => target.name),
  );
  throw new InputError(
    'command line',
    `unknown target "${name}"; did you mean "${nearest}"? (refuzz targets lists them)`,
  );
}

/** Makes harnesses for the targets that cases name: a new one at each call. */
export function harnessMaker(files: readonly string[]): (stored: Case, path: string) => Harness {
  const targets = [...files.map(loadTarget), ...loadBuiltInTargets()];
  return (stored, path) => {
    const target = targets.find(({ name }) => name === stored.target);
    if (target) return harnessOf(target);
    const nearest = closest(
      stored.target,
      targets.map(({ name }) => name),
    );
    throw new InputError(
      path,
      `unknown target "${stored.target}"; did you mean "${nearest}"? Name the file of your own target with --target-file`,
    );
  };
}
