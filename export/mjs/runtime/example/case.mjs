/**
 * What refuzz generates for a case stands here in the reproducer. This example serves a counter and a scheme, so that
 * every file of this folder can be checked, and both programs run, in place: node counter.mjs, node scheme.mjs.
 */
export const W_COUNT = 0;
export const W_LIST = 1;
export const WORDS = 2;
export const WORD_NAMES = ['count', 'list'];
export const IN_OBJECT = [W_COUNT];
export const START = 1;
export const SATURATES = true;
export const SATURATED = 0xc0000000 | 0;
export const COMPARES_WARNINGS = true;
export const COMPARES_WORD = true;
export const COMPARED = 'results';
export const OPS_TO_MAKE = 1;
export const DIVERGES = 'DIVERGES (put: result, breaks)';
/** By thread: the ops it calls. */
export const program = [['put()']];
export const roles = { 'put()': 'put' };
/** The thread of each access. */
export const schedules = { subject: [0, 0], reference: [0] };
export const starts = {
  subject: { words: [[W_COUNT, 1]], noted: 0, held: [1, 0, 0, 0], inside: [0, 0, 0, 0] },
  reference: { words: [[W_COUNT, 1]], noted: 0, held: [1, 0, 0, 0], inside: [0, 0, 0, 0] },
};
export const allowed = new Set(['granted']);
export const GAINS = { 'put()': [0, -1] };
export const LAST_PUTS = ['put()'];
