import { sharedCounter } from '../../targets/c/direct/shared-counter.ts';
import { atomicCells } from '../../targets/counters/atomic-cells.ts';
import type { SharedCells } from '../../targets/subject/shared-cells.ts';
import { openTarget, type TargetData } from '../../targets/target/target-data.ts';
import { type RacerSetup, serveRaces } from './racer.ts';

/** What the worker of built-in and of compiled subjects needs. */
export type RaceSubject =
  | { readonly kind: 'typescript'; readonly target: TargetData }
  | {
      readonly kind: 'c';
      readonly path: string;
      readonly direct: Uint8Array;
      readonly memory: WebAssembly.Memory;
    };

serveRaces(({ subject, cells, thread, threads }: RacerSetup<RaceSubject>): SharedCells => {
  // All threads of a C subject share one WebAssembly memory, whose cells are its own; `cells` is for TypeScript.
  if (subject.kind === 'c')
    return sharedCounter(subject.path, subject.direct, subject.memory, thread, threads);
  const { subject: counter } = openTarget(subject.target);
  if (counter.kind !== 'counter') throw new Error(`internal: ${counter.name} is raced, and is no counter`);
  return atomicCells(counter, cells);
});
