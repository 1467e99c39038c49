import { type Code, STRIDE } from './assembler.ts';
import type { Signature } from './code.ts';
import { Liveness } from './liveness.ts';
import { type Kind, Op } from './opcodes.ts';
import { type DataSegment, type FunctionImport, Sections } from './sections.ts';
import { type Variable, variablesIn } from './variables.ts';

/**
 * A WebAssembly module as clang makes it of integer C: one memory of its own, at most one table, imported functions.
 * Whether it is valid is for V8 to say; here is only read what V8 has found sound.
 */
export class WasmModule {
  readonly imports: readonly FunctionImport[];
  /** Exported functions. */
  readonly exports: ReadonlyMap<string, number>;
  readonly exportedGlobals: ReadonlyMap<string, number>;
  readonly globalKinds: readonly Kind[];
  /** What the globals are at the start. */
  readonly globalValues: readonly bigint[];
  /** Function by table index; -1 where there is none. */
  readonly table: readonly number[];
  /** In the order of the module, as memory.init and data.drop number them. */
  readonly data: readonly DataSegment[];
  /** Pages of memory at the start. */
  readonly pages: number;
  /** Of its functions' code: the 32-bit numbers written there, each once. */
  readonly constants: ReadonlySet<number>;
  /** Variables of the source that lie in static memory, if the module tells. */
  readonly variables: readonly Variable[];
  /** Kept for signatures and names, which are looked up while code runs. */
  readonly #sections: Sections;
  readonly #codes: readonly Code[];
  /** By function that is not imported; made when it is first asked for. */
  readonly #liveness: Liveness[] = [];

  private constructor(sections: Sections, codes: readonly Code[], linking: Uint8Array | undefined) {
    this.imports = sections.imports;
    this.exports = sections.exports;
    this.exportedGlobals = sections.exportedGlobals;
    this.globalKinds = sections.globalKinds;
    this.globalValues = sections.globalValues;
    this.table = sections.table;
    this.data = sections.data;
    this.pages = sections.pages;
    this.variables = variablesIn(linking, sections.data);
    this.#sections = sections;
    this.#codes = codes;
    this.constants = constantsOf(codes);
  }

  /**
   * V8 validates first, so that nothing here has to check kinds, indices or the height of the stack.
   *
   * @throws Error that says what the module is or uses, as "uses floating point, in sum"
   */
  static decode(bytes: Uint8Array): WasmModule {
    let linking: ArrayBuffer | undefined;
    try {
      // A copy, since the constructor takes no view of memory that may be shared. The module is not kept.
      const compiled = new WebAssembly.Module(new Uint8Array(bytes));
      [linking] = WebAssembly.Module.customSections(compiled, 'linking');
    } catch (error) {
      throw new Error(`is no valid WebAssembly: ${error instanceof Error ? error.message : String(error)}`);
    }
    const sections = new Sections(bytes);
    return new WasmModule(sections, sections.translateBodies(), linking && new Uint8Array(linking));
  }

  /** @throws Error for a function of other types than integers */
  signature(functionIndex: number): Signature {
    return this.#sections.signature(functionIndex);
  }

  /** @returns the name that the source has for it, if the module tells */
  functionName(functionIndex: number): string {
    return this.#sections.functionName(functionIndex);
  }

  /**
   * Imports come first in the numbers of functions, as in the specification.
   *
   * @param functionIndex of a function that is not imported
   */
  code(functionIndex: number): Code {
    return this.#codes[functionIndex - this.imports.length]!;
  }

  /** Which locals the function still reads. @param functionIndex of a function that is not imported */
  liveness(functionIndex: number): Liveness {
    const at = functionIndex - this.imports.length;
    this.#liveness[at] ??= new Liveness(this.#codes[at]!);
    return this.#liveness[at];
  }

  /** Functions that are not imported. */
  get codes(): readonly Code[] {
    return this.#codes;
  }

  /** Whether a call through a pointer that expects the type finds it in the function. */
  hasType(functionIndex: number, type: number): boolean {
    return this.#sections.hasType(functionIndex, type);
  }
}

/** Operands of i32.const, addresses among them; who wants values only leaves out small ones. */
function constantsOf(codes: readonly Code[]): Set<number> {
  const found = new Set<number>();
  for (const { words } of codes) {
    for (let at = 0; at < words.length; at += STRIDE)
      if (words[at] === Op.I32_CONST) found.add(words[at + 1]!);
  }
  return found;
}
