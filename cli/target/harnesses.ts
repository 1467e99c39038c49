import { type Harness, interruptibleHarness } from '../../fuzz/run/harness.ts';
import { type Interrupt, NEVER } from '../../fuzz/run/interrupt.ts';
import { loadBuiltInTargets } from '../../targets/target/built-in-targets.ts';
import type { Target } from '../../targets/target/target.ts';

/**
 * Makes targets ready by their names, each once: those that are given, and built-in ones, which known cases may be of.
 *
 * @param interrupt gives up what is done with them
 * @returns undefined for a target that is neither
 */
export function harnessesOf(
  targets: readonly Target[],
  interrupt: Interrupt = NEVER,
): (name: string) => Harness | undefined {
  const made = new Map<string, Harness | undefined>();
  return (name) => {
    if (!made.has(name)) {
      const target = [...targets, ...loadBuiltInTargets()].find((one) => one.name === name);
      made.set(name, target && interruptibleHarness(target, interrupt));
    }
    return made.get(name);
  };
}
