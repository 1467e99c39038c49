import { Bytes } from './bytes.ts';
import type { DataSegment } from './sections.ts';

/** A variable with static storage: its name in the source, and where it lies. */
export interface Variable {
  readonly name: string;
  readonly address: number;
  /** In bytes. */
  readonly size: number;
}

/** Numbers of the linking section, as the tool conventions of WebAssembly have them. */
const SYMBOL_TABLE = 8;
const DATA = 1;
const SECTION = 3;
const UNDEFINED = 0x10;
const EXPLICIT_NAME = 0x40;

/**
 * The variables that the linker tells of in a section named `linking`, which `--emit-relocs` keeps. Only messages need
 * them, so a section that cannot be read tells of none.
 *
 * @param section its contents; undefined where there is none
 * @param data the module's segments: a symbol says in which one it lies, and how far in
 */
export function variablesIn(section: Uint8Array | undefined, data: readonly DataSegment[]): Variable[] {
  if (!section) return [];
  try {
    const input = new Bytes(section, 0);
    // The version.
    input.unsigned();
    while (!input.isAtEnd) {
      const kind = input.byte();
      const part = input.take(input.unsigned());
      if (kind === SYMBOL_TABLE) return symbolsIn(new Bytes(part, 0), data);
    }
  } catch {
    // Cut off, or of a later version.
  }
  return [];
}

/** Each kind of symbol has its own fields; those of the others are passed over. */
function symbolsIn(input: Bytes, data: readonly DataSegment[]): Variable[] {
  const found: Variable[] = [];
  for (let left = input.unsigned(); left > 0; left--) {
    const kind = input.byte();
    const flags = input.unsigned();
    const isDefined = (flags & UNDEFINED) === 0;
    if (kind !== DATA) {
      input.unsigned();
      if (kind !== SECTION && (isDefined || flags & EXPLICIT_NAME)) input.take(input.unsigned());
      continue;
    }
    const name = new TextDecoder().decode(input.take(input.unsigned()));
    if (!isDefined) continue;
    const [segment, offset, size] = [input.unsigned(), input.unsigned(), input.unsigned()];
    const from = data[segment]?.address;
    // `.L.str` is a text of the source, which has no name there.
    if (from !== undefined && !name.startsWith('.')) found.push({ name, address: from + offset, size });
  }
  return found;
}

/**
 * `"seen"` of the source is called `refuzz_op_inc.seen` when it is the static variable of a function. What the compiler has
 * taken apart is numbered: `stats.0`.
 */
export function nameOf({ name }: Variable): string {
  return /[^.]+(?:\.\d+)*$/.exec(name)?.[0] ?? name;
}
