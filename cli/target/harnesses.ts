import { type Harness, harnessOf } from '../../fuzz/run/harness.ts';
import { loadBuiltInTargets } from '../../targets/target/built-in-targets.ts';
import type { Target } from '../../targets/target/target.ts';

/**
 * Makes targets ready by their names, each once: those that are given, and built-in ones, which known cases may be of.
 *
 * @returns undefined for a target that is neither
 */
export function harnessesOf(targets: readonly Target[]): (name: string) => Harness | undefined {
  const made = new Map<string, Harness | undefined>();
  return (name) => {
    if (!made.has(name)) {
      const target = [...targets, ...loadBuiltInTargets()].find((one) => one.name === name);
      made.set(name, target && harnessOf(target));
    }
    return made.get(name);
  };
}
