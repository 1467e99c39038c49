import { openTarget, type TargetData } from '../../targets/target/target-data.ts';
import { harnessOf } from '../run/harness.ts';
import { serveJobs } from '../workers/worker-pool.ts';
import { ScopeChecker, type ScopeTally } from './check-scope.ts';
import type { KeysBySide } from './coverage-watch.ts';
import type { ScopeSize } from './scope.ts';

/** What a worker needs to decide parts of a scope. Subjects are functions and do not travel: each worker opens the target. */
export interface ScopeSetup {
  readonly target: TargetData;
  readonly size: ScopeSize;
  /** The most states of a program on one side. */
  readonly limit: number;
  /** What is to be looked for, see vacuity.ts: then nothing is compared. */
  readonly toMeet?: KeysBySide;
}

/** A part of a scope: programs `from` to `to - 1`. */
export interface ScopePart {
  readonly from: number;
  readonly to: number;
}

serveJobs(({ target, size, limit, toMeet }: ScopeSetup): ((part: ScopePart) => ScopeTally) => {
  const checker = new ScopeChecker(harnessOf(openTarget(target)), size, limit, toMeet);
  return ({ from, to }) => checker.check(from, to);
});
