import { warningText } from '../recorded/warning-text.ts';

/**
 * What ops of a direct build warned of, by code: 0 is nothing, an address is one text, and a code with the upper bit
 * set is the number of a list in a table of the module's, for an op that warned more than once. `0x80000002` is row 2
 * of the table: eight words, of which the first says how many addresses follow, seven at the most.
 */
export class WarningTexts {
  readonly #memory: WebAssembly.Memory;
  readonly #lists: number;
  readonly #known = new Map<number, readonly string[]>([[0, []]]);

  /** @param lists address of the table; its rows are a count and as many addresses */
  constructor(memory: WebAssembly.Memory, lists: number) {
    this.#memory = memory;
    this.#lists = lists;
  }

  /** The texts without prefix, in the order of the warnings; each code is read from memory once. */
  of(code: number): readonly string[] {
    const known = this.#known.get(code);
    if (known) return known;
    const addresses = this.#addresses(code >>> 0);
    const texts = addresses?.map((address) => warningText(this.#read(address))) ?? UNTOLD;
    this.#known.set(code, texts);
    return texts;
  }

  /** @returns undefined for more lists, or longer ones, than the table has room for */
  #addresses(code: number): number[] | undefined {
    if (code < LIST_CODE) return [code];
    const row = code - LIST_CODE;
    if (row >= MOST_LISTS) return undefined;
    const words = new Uint32Array(this.#memory.buffer, this.#lists + row * 4 * LIST_LENGTH, LIST_LENGTH);
    return [...words.subarray(1, 1 + words[0]!)];
  }

  /**
   * The table is made anew. Codes of lists may then mean other texts. Addresses would stay true, and are read again.
   */
  forget(): void {
    this.#known.clear();
    this.#known.set(0, []);
  }

  /** Copied out before it is decoded: the memory may be shared with other threads. */
  #read(address: number): string {
    const bytes = new Uint8Array(this.#memory.buffer);
    let end = address;
    while (end < bytes.length && bytes[end] !== 0 && end - address < LONGEST_TEXT) end++;
    return new TextDecoder().decode(bytes.slice(address, end));
  }
}

/** Like no warnings that anybody gives, so that the interpreter is asked. */
const UNTOLD: readonly string[] = ['more warnings than machine code can tell apart'];
/** As refuzz/host.h has them. */
const LIST_CODE = 0x80000000;
const MOST_LISTS = 64;
const LIST_LENGTH = 8;
/** As long as the interpreter reads. */
const LONGEST_TEXT = 4096;
