import { loadBuiltInTargets, loadTarget } from '../targets/target-file.ts';
import { ScopeChecker, type ScopeTally } from './check-scope.ts';
import { serveJobs } from './crew.ts';
import { harnessOf } from './harness.ts';
import type { ScopeSize } from './scope.ts';

/** What a worker needs to decide parts of a scope. A target is code and data, so each worker loads its own. */
export interface ScopeSetup {
  readonly target: string;
  /** The file of a target that is not built in. */
  readonly file: string | undefined;
  readonly size: ScopeSize;
  readonly limit: number;
}

/** A part of a scope: programs `from` to `to - 1`. */
export interface ScopePart {
  readonly from: number;
  readonly to: number;
}

serveJobs(({ target, file, size, limit }: ScopeSetup): ((part: ScopePart) => ScopeTally) => {
  const loaded =
    file === undefined ? loadBuiltInTargets().find(({ name }) => name === target) : loadTarget(file);
  if (!loaded) throw new Error(`internal: no target ${target}`);
  const checker = new ScopeChecker(harnessOf(loaded), size, limit);
  return ({ from, to }) => checker.check(from, to);
});
