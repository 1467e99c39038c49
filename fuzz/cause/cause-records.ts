import type { Cause, Joint } from './cause.ts';
import { causeName, causeNameOf } from './cause-name.ts';
import type { Parting } from './parting.ts';
import type { Way } from './ways.ts';

/** Makes the records of causes whose ops are measured by one base. */
export class CauseRecords {
  readonly #base: string;

  /** @param base as people are told of it */
  constructor(base: string) {
    this.#base = base;
  }

  /** Of ops that part when they run alone. */
  alone({ ops, intervals }: Parting, ways: readonly Way[]): Cause {
    return { name: causeName(ops, intervals), ops, alone: intervals, ways, base: this.#base };
  }

  /** Of ops that part only where others come between their accesses. @param ops sorted */
  inRaces(ops: readonly string[]): Cause {
    return { name: causeName(ops, undefined), ops, alone: undefined, ways: [], base: this.#base };
  }

  /** Of what is no single place. @param ops sorted @param place that the name ends with */
  joint(ops: readonly string[], joint: Joint, place: string = joint): Cause {
    return { name: causeNameOf(ops, place), ops, alone: undefined, joint, ways: [], base: this.#base };
  }
}
