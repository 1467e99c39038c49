import { openTarget, type TargetSource } from '../../targets/target/target-source.ts';
import { harnessOf } from '../run/harness.ts';
import { serveJobs } from '../workers/worker-pool.ts';
import { ScopeChecker, type ScopeTally } from './check-scope.ts';
import type { ScopeSize } from './scope.ts';

/** What a worker needs to decide parts of a scope. A target is code and data, so each worker opens its own. */
export interface ScopeSetup {
  readonly source: TargetSource;
  readonly size: ScopeSize;
  readonly limit: number;
}

/** A part of a scope: programs `from` to `to - 1`. */
export interface ScopePart {
  readonly from: number;
  readonly to: number;
}

serveJobs(({ source, size, limit }: ScopeSetup): ((part: ScopePart) => ScopeTally) => {
  const checker = new ScopeChecker(harnessOf(openTarget(source)), size, limit);
  return ({ from, to }) => checker.check(from, to);
});
