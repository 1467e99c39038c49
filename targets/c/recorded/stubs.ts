import { isHostCall } from './host-names.ts';

/**
 * The functions of a source that nobody defines. The linker leaves them to whoever runs the module; one that is never called
 * does no harm, so they are looked at when they are.
 */
export interface Stubs {
  /** Those that do not matter, with what they answer: REFUZZ_STUB. */
  readonly answers: ReadonlyMap<string, number>;
  /** All that the module leaves to whoever runs it, refuzz's own among them. */
  readonly imports: readonly string[];
  /** Asked first, in ops: see `Asked`. */
  readonly asked?: Asked | undefined;
}

/**
 * Answers functions of a module whose answer changes from run to run: which form a site of a conversion has. Within one run of
 * an op it must not change. @returns undefined for a function that is not its own
 */
export type Asked = (name: string, args: readonly number[]) => number | undefined;

/**
 * The functions of a source that nobody defines.
 *
 * @param answers of its REFUZZ_STUBs
 * @param imports of its module
 */
export function stubsOf(
  answers: ReadonlyMap<string, number>,
  imports: readonly { readonly name: string }[],
  asked?: Asked,
): Stubs {
  // No memory is left for an op; where a state is set up there is, see `setup-host.ts`.
  const known = new Map([...answers, ['refuzz_allocate', 0]] as const);
  return { answers: known, imports: imports.map(({ name }) => name), asked };
}

/** Of a source that defines all that it calls. */
export const NO_STUBS: Stubs = { answers: new Map(), imports: [] };

/**
 * What is said when an op calls a function that nobody defines. The others that the source may call are named with it, as
 * they would be met one by one.
 */
export function undefinedFunction(op: string, name: string, { answers, imports }: Stubs): string {
  const others = imports.filter((one) => one !== name && !isHostCall(one) && !answers.has(one));
  const also = others.length > 0 ? ` (and ${others.join(', ')} likewise)` : '';
  const known = `${op} calls ${name}, which is defined nowhere that refuzz knows of${also}`;
  return isHostCall(name) ? known : `${known}; where it does not matter, write REFUZZ_STUB(${name});`;
}
