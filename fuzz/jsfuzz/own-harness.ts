// `refuzz/jsfuzz`: for a harness of the user's own, which loads the code under test first, and this then.
import './plain-loading.ts';

export { findSubject } from '../../targets/target/subjects.ts';
export { fuzzFunction } from './fuzz-function.ts';
