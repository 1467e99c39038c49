import { STRIDE } from './assembler.ts';
import { FRAME, type Machine } from './machine.ts';

/**
 * How a machine that the host has stopped would go on: the frames with the locals that are still read, and what of
 * globals and memory has changed. What is dead is no part of it: locals that are written before they are read, and the
 * stack below its pointer. Nor are the operands of the access, which the host has seen.
 *
 *     22@3()9@41( 0=262144 2=7) global 0=65520 memory 65532=1
 *
 * says that function 22 has called function 9, which stands at instruction 41 and will read its locals 0 and 2 again.
 */
export function continuationOf(machine: Machine): string {
  let text = '';
  for (let frame = 0; frame <= machine.top; frame++) text += frameText(machine, frame);
  return text + globalsText(machine) + memoryText(machine);
}

/**
 * `9@41( 0=262144 2=7 5)`: function, instruction, locals that live after it, and what lies on the operand stack below
 * the operands of the call or access.
 */
function frameText(machine: Machine, frame: number): string {
  const index = machine.frames[frame * FRAME]!;
  const place = machine.frames[frame * FRAME + 1]!;
  // Slots count from the first local of the frame.
  const first = machine.frames[frame * FRAME + 2]!;
  const code = machine.module.code(index);
  const operands = code.stops.get(place);
  if (!operands) throw new Error(`internal: the host is not asked at instruction ${place / STRIDE}`);
  let text = `${index}@${place / STRIDE}(`;
  for (const local of machine.module.liveness(index).after(place)) {
    text += ` ${local}=${machine.slot(first + local, code.locals[local]!)}`;
  }
  for (const [at, kind] of operands.entries())
    text += ` ${machine.slot(first + code.locals.length + at, kind)}`;
  return `${text})`;
}

/** By number, those that are not as at the start; for C that is the stack pointer, and nothing else in most cases. */
function globalsText(machine: Machine): string {
  let text = '';
  for (const [index, initial] of machine.module.globalValues.entries()) {
    const value = machine.global(index);
    if (value !== initial) text += ` global ${index}=${value}`;
  }
  return text;
}

/** Empty as long as memory is as it was at the start: then the text is short, and so is each comparison of two. */
function memoryText(machine: Machine): string {
  const { memory, isDropped } = machine;
  const grown = memory.hasGrown ? ` size=${memory.size}` : '';
  const dropped = isDropped.includes(1) ? ` dropped=${isDropped}` : '';
  const differences = memory.differences(0, deadBelow(machine));
  return grown || dropped || differences ? ` memory${grown}${dropped}${differences}` : '';
}

/** What lies below the stack in use is read by nobody. */
function deadBelow(machine: Machine): number {
  return machine.top < 0 ? 0 : (machine.stackInUse ?? 0);
}
