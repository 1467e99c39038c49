// Code under test, which jsfuzz is to watch; and then nothing more.
import '../../targets/target/subjects.ts';
import './plain-loading.ts';
import { environmentTarget, shippedSignatures } from './environment-target.ts';
import { fuzzFunction } from './fuzz-function.ts';

// A program of its own, that jsfuzz loads:
//
//     REFUZZ_TARGET=refcount-v5.5 npx jsfuzz node_modules/refuzz/dist/cjs/fuzz/jsfuzz/harness.js inputs
//
// jsfuzz sees what is covered of CommonJS alone, so this file and all that it imports are built a second time, as that:
// see tsconfig.cjs.json and write-built-ins.ts.

const target = environmentTarget();

/** What jsfuzz calls with each input. @throws Error naming the signature of a divergence that is not known */
export const fuzz = fuzzFunction(target, () => shippedSignatures(target));
