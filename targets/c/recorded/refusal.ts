import { nameOf, type Variable } from '../wasm/variables.ts';
import { contains, type Layout } from './layout.ts';

/** An access that is not allowed: which op makes it, what it does, and to which bytes. */
export interface RefusedAccess {
  readonly op: string;
  /** As in "act writes": a verb. */
  readonly does: string;
  readonly address: number;
  readonly size: number;
  /** Whether the op is that of a counter, which has one word and no other. */
  readonly isCounter: boolean;
}

/** What is said of it. */
export interface Refusal {
  readonly text: string;
  /** The variable that is accessed, where it has a name. */
  readonly about?: string | undefined;
}

/** The message that names what is accessed, and says what to declare. */
export function refusal(layout: Layout, { op, does, address, size, isCounter }: RefusedAccess): Refusal {
  const split = layout.places.find(
    (place) => address < place.address + place.size && place.address < address + size,
  );
  if (split) {
    const text = `${op} ${does} ${size} bytes that are not the ${split.size} bytes of "${split.name}"; a word is accessed as a whole`;
    return { text, about: split.name };
  }
  const inside = contains(layout.object, address);
  const variable = inside ? undefined : variableAt(layout.variables, address);
  const about = variable && nameOf(variable);
  const where = inside
    ? `byte ${address - layout.object.from} of the object`
    : outside(layout, address, size);
  const remedy = isCounter
    ? 'a counter has one word, and every op begins with the same memory otherwise'
    : inside || contains(layout.statics, address)
      ? `declare it with ${inside ? 'REFUZZ_FIELD' : 'REFUZZ_WORD'}`
      : 'threads share members of the object and static variables';
  return { text: `${op} ${does} ${where}, which is no declared word; ${remedy}`, about };
}

function outside({ statics, variables }: Layout, address: number, size: number): string {
  if (!contains(statics, address)) return `a local variable (${size} bytes)`;
  return staticVariable(variables, address, size);
}

/** `the static variable "seen" (4 bytes)`, `… "root" (4 bytes from byte 12 on)`; without a name where the module tells none. */
function staticVariable(variables: readonly Variable[], address: number, size: number): string {
  const found = variableAt(variables, address);
  if (!found) return `a static variable (${size} bytes)`;
  // Of a struct it takes the place to tell which member that is.
  const from = found.size > size ? ` from byte ${address - found.address} on` : '';
  return `the static variable "${nameOf(found)}" (${size} bytes${from})`;
}

function variableAt(variables: readonly Variable[], address: number): Variable | undefined {
  return variables.find((one) => contains({ from: one.address, to: one.address + one.size }, address));
}

/** Why an RCU head on the stack is refused: the callback runs on memory of its own, and would find nothing there. */
export function headOnStack(): string {
  return 'gives call_rcu a head on its stack; refuzz can follow one in the object, or a static one';
}
