// As the harness of refuzz, with the mutants among the subjects.
import { MUTANTS } from '../test/mutants/mutants.ts';
import '../fuzz/jsfuzz/plain-loading.ts';
import { environmentTarget } from '../fuzz/jsfuzz/environment-target.ts';
import { fuzzFunction } from '../fuzz/jsfuzz/fuzz-function.ts';

const subjects = MUTANTS.flatMap(({ subject, base }) => [subject, base]);

export const fuzz = fuzzFunction(environmentTarget(subjects), () => []);
