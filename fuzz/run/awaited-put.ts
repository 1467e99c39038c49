import type { Scheme } from '../../targets/subject/subject.ts';
import { MAX_THREADS } from '../program/program.ts';
import { WordIndex } from './access.ts';
import type { Machine } from './machine.ts';
import { DONE } from './machine-state.ts';
import { heldBy } from './scheme-words.ts';

/**
 * Whether those who wait may wait for a put that this program does not have: somebody holds a reference, and nothing keeps
 * him from giving it back. He is done, or not of this program; or he runs an act that he need not have called; or he stands
 * before nothing but a loop. A holder who is kept by a lock from using the object or from putting it never gives it back.
 */
export function awaitsPut(machine: Machine): boolean {
  const { holds } = machine;
  if (holds ? !holds.isAny() : machine.words[WordIndex.HELD] === 0) return false;
  // What is nobody's yet is taken over by somebody, who puts it.
  if (holds?.isInTransit()) return true;
  for (let thread = 0; thread < MAX_THREADS; thread++) {
    const isHolder = holds ? holds.isHolder(thread) : heldBy(machine.words, thread) > 0;
    if (isHolder && canPut(machine, thread)) return true;
  }
  return false;
}

function canPut(machine: Machine, thread: number): boolean {
  if (thread >= machine.threadCount) return true;
  const node = machine.node[thread]!;
  if (node === DONE || machine.isEnabled(thread)) return true;
  const { op } = machine.trees.alphabet.call(machine.trees.callOf(node));
  return (machine.trees.subject as Scheme).ops[op]!.role === 'other';
}
