import { offeredBy } from '../../targets/c/build/offered-names.ts';
import { refuzzHeaders } from '../../targets/c/build/source-files.ts';

/**
 * What refuzz's own headers have, by name: the header to include for it.
 *
 *     headerOf('list_add')        linux/list.h
 *     headerOf('dev_open')        undefined: the tree's own is taken, or a stub stands for it
 */
export interface OwnHeaders {
  /** @returns undefined for what refuzz does not have */
  headerOf(name: string): string | undefined;
}

/** `extern struct workqueue_struct *system_wq;`, `static int jiffies;` */
const VARIABLE =
  /^(?:extern|static) (?:const |struct |volatile |unsigned )*\w+[ *]+(\w+)(?:\[.*?\])?(?: = .*)?;/gm;

/**
 * Words of C itself, and names that every source for refuzz has.
 *
 * No header of refuzz's has to offer them, and without this list the tree's definitions of them would be copied.
 */
const ALWAYS =
  'NULL true false current bool size_t u8 u16 u32 u64 s8 s16 s32 s64 int8_t uint8_t uint16_t uint32_t uint64_t int32_t int64_t loff_t pid_t gfp_t __u8 __u16 __u32 __u64 __le16 __le32 __le64 __be16 __be32 __be64'.split(
    ' ',
  );

/** `static inline void *__must_check ERR_PTR(long error)`: attributes stand between the type and the name. */
const INLINE = /^(?:static|extern) [^(;={}]*?\b(\w+)\(/gm;

let own: OwnHeaders | undefined;

/** Read once: they are those of this release. */
export function ownHeaders(): OwnHeaders {
  own ??= readHeaders();
  return own;
}

/** By the same reading as that of error messages, and with variables and inline functions that these need not know. */
function readHeaders(): OwnHeaders {
  const headers = new Map(refuzzHeaders());
  const { functions, names } = offeredBy(headers, true);
  const variables = new Map<string, string>();
  // Every source for refuzz includes those anyway, and code of a kernel names nothing of theirs.
  for (const [header, text] of headers)
    if (!header.startsWith('refuzz'))
      for (const [, name] of [...text.matchAll(VARIABLE), ...text.matchAll(INLINE)])
        if (!variables.has(name!)) variables.set(name!, header);
  const always = new Map(ALWAYS.map((name) => [name, 'linux/types.h']));
  return {
    headerOf: (name) => functions.get(name) ?? names.get(name) ?? variables.get(name) ?? always.get(name),
  };
}
