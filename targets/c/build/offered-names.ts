/** What refuzz's headers have, by name: the header that a source includes to get it. */
export interface Offered {
  readonly functions: ReadonlyMap<string, string>;
  /** Types, and macros and enumerators that are no calls. */
  readonly names: ReadonlyMap<string, string>;
}

/** A definition, a declaration or a macro at the start of a line, as refuzz's headers have them. */
const FUNCTION =
  /^(?:#[ \t]*define[ \t]+|(?:static |extern |inline |__\w+ |const |struct |unsigned )*\w+[ *]+)(\w+)\(/gm;

/** `#define EPERM 1`, `\tREFUZZ_VOID,`, `struct list_head {`, `} atomic_t;`, `typedef u8 __u8;` */
const NAME =
  /^#[ \t]*define[ \t]+(\w+)[ \t]+\S|^\t([A-Z]\w+)(?: = .*)?,$|^((?:struct|union|enum) \w+) \{|^\} ?(\w+);|^typedef [^;(]*?\b(\w+(?:, \w+)*);/gm;

/** Of the compiler's own <limits.h>. */
const LIMITS =
  'CHAR_BIT CHAR_MIN CHAR_MAX UCHAR_MAX SHRT_MIN SHRT_MAX USHRT_MAX INT_MIN INT_MAX UINT_MAX LONG_MIN LONG_MAX ULONG_MAX LLONG_MIN LLONG_MAX ULLONG_MAX';

/**
 * @param headers by name, as it is included
 * @param isKernel whether names that the kernel and C11 give to different functions are the kernel's
 */
export function offeredBy(headers: ReadonlyMap<string, string>, isKernel: boolean): Offered {
  const functions = new Map<string, string>();
  const names = new Map(LIMITS.split(' ').map((name) => [name, 'linux/limits.h']));
  const add = (to: Map<string, string>, name: string, header: string) => {
    if (!to.has(name)) to.set(name, header);
  };
  if (isKernel) for (const name of atomicOps(headers)) add(functions, name, 'linux/atomic.h');
  for (const [header, text] of headers) {
    if (header.startsWith('refuzz')) continue;
    for (const [, name] of text.matchAll(FUNCTION)) add(functions, name!, header);
    for (const [, ...found] of text.matchAll(NAME))
      for (const name of found.join('').split(', ')) add(names, name, header);
  }
  for (const name of atomicOps(headers)) add(functions, name, 'linux/atomic.h');
  return { functions, names };
}

/** Those are written once for all types and orders, with the name of neither: `REFUZZ_A(fetch_add##form)`. */
function atomicOps(headers: ReadonlyMap<string, string>): string[] {
  const text = headers.get('refuzz/atomic-ops.h')!;
  const types = Array.from(
    headers.get('linux/atomic.h')!.matchAll(/^#define REFUZZ_A\(name\) (\w+?)##name$/gm),
    ([, type]) => type!,
  );
  const orders = Array.from(text.matchAll(/^REFUZZ_ATOMIC_FORM\((\w*),/gm), ([, order]) => order!);
  const ops = Array.from(text.matchAll(/\bREFUZZ_A\((\w+)(##form)?\)/g)).flatMap(([, op, inForms]) =>
    inForms ? orders.map((order) => `${op}${order}`) : [op!],
  );
  return types.flatMap((type) => ops.map((op) => `${type}${op}`));
}
