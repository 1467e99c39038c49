import type { WasmModule } from '../wasm/module.ts';

/** As refuzz/leaves-out.h calls them; the compiler numbers those of a function that has several. */
const LEFT_OUT = /(?:^|\.)refuzz_left_out(?:\.\d+)?$/;

/**
 * What the headers that a source uses leave out of the kernel's behaviour, and which functions it stubs, for the limits of
 * an answer. Each once, sorted: their order in the module says nothing.
 *
 * @param stubs names of functions that the source says do not matter; those that it never calls are not told
 */
export function leftOut(module: WasmModule, stubs: Iterable<string>): string[] {
  const texts = module.variables
    .filter(({ name }) => LEFT_OUT.test(name))
    .flatMap((variable) => textAt(module, variable.address, variable.size) ?? []);
  const called = new Set(module.imports.map(({ name }) => name));
  const stubbed = [...stubs].filter((name) => called.has(name)).map((name) => `${name}()`);
  return [...[...new Set(texts)].sort(), ...stubbed.sort()];
}

/** A C string of the initial memory. @returns undefined where the module has no data */
function textAt({ data }: WasmModule, address: number, size: number): string | undefined {
  const segment = data.find(
    (one) =>
      one.address !== undefined && address >= one.address && address + size <= one.address + one.bytes.length,
  );
  if (segment?.address === undefined) return undefined;
  const from = address - segment.address;
  // The last byte ends it.
  return new TextDecoder().decode(segment.bytes.subarray(from, from + size - 1));
}
