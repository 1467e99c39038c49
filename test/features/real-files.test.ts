import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readArchive } from '../../targets/c/build/kernel-archive.ts';
import { schemeIn } from '../c/c-subjects.ts';
import { partsOf } from './real-parts.ts';
import { gravest, soundness } from './soundness.ts';

/** Where Debian's linux-source-6.12 puts it. */
const ARCHIVE = '/usr/src/linux-source-6.12.tar.xz';

/** Lines of refuzz's, at the most, that a real file needs. */
const MOST_LINES = 15;

interface RealFile {
  /** Of real/: what refuzz is told of it. */
  readonly name: string;
  /** By file of the tree, what is taken of it; see `partsOf`. */
  readonly parts: Readonly<Record<string, readonly string[]>>;
  /** Its includes. */
  readonly headers: readonly string[];
  /** One defect: what is written in the place of what. */
  readonly defect: readonly [from: string, to: string];
  /** What the defect is found to be. */
  readonly fault: RegExp;
}

const FILES: readonly RealFile[] = [
  {
    name: 'user',
    parts: {
      'include/linux/sched/user.h': ['struct user_struct'],
      'kernel/user.c': [
        ...['#UIDHASH_', '#__uidhashfn', '#uidhashentry', 'uid_cachep', 'uidhash_table', 'uidhash_lock'],
        ...[
          'uid_hash_insert()',
          'uid_hash_remove()',
          'uid_hash_find()',
          'free_user()',
          'find_user()',
          'free_uid()',
        ],
      ],
    },
    headers: ['linux/refcount.h', 'linux/slab.h', 'linux/list.h', 'linux/uidgid.h', 'linux/sched/user.h'],
    defect: [
      'refcount_dec_and_lock_irqsave(&up->__count, &uidhash_lock, &flags)',
      'refcount_dec_and_test(&up->__count)',
    ],
    // Whoever frees unlocks what he has not locked.
    fault: /^unbalanced/,
  },
  {
    name: 'eventfd',
    parts: {
      'fs/eventfd.c': ['struct eventfd_ctx', 'eventfd_free_ctx()', 'eventfd_free()', 'eventfd_ctx_put()'],
    },
    headers: ['linux/kref.h', 'linux/slab.h', 'linux/wait.h', 'linux/idr.h'],
    defect: [
      'kref_put(&ctx->kref, eventfd_free);\n',
      'kref_put(&ctx->kref, eventfd_free);\n\tida_free(&eventfd_ida, ctx->id);\n',
    ],
    fault: /^use-after-free/,
  },
  {
    name: 'cpu-rmap',
    parts: {
      'include/linux/cpu_rmap.h': ['struct cpu_rmap'],
      'lib/cpu_rmap.c': ['cpu_rmap_release()', 'cpu_rmap_get()', 'cpu_rmap_put()'],
    },
    headers: ['linux/kref.h', 'linux/slab.h', 'linux/interrupt.h'],
    defect: ['\tkfree(rmap);\n', '\tkfree(rmap);\n\tkref_get(ref);\n'],
    fault: /^use-after-free/,
  },
];

const folder = mkdtempSync(join(tmpdir(), 'refuzz-real-'));
afterAll(() => rmSync(folder, { recursive: true }));

let tree: Promise<ReadonlyMap<string, string>> | undefined;
/** All of it is read once: the archive is unpacked from its beginning. */
function filesOfTree(): Promise<ReadonlyMap<string, string>> {
  const wanted = [...new Set(FILES.flatMap(({ parts }) => Object.keys(parts)))];
  tree ??= readArchive(ARCHIVE, wanted, (found) => found.size === wanted.length);
  return tree;
}

/** The source of refuzz's with the kernel's beside it. @returns its path */
async function written(
  { name, parts, headers }: RealFile,
  change: (text: string) => string,
): Promise<string> {
  const files = await filesOfTree();
  const includes = headers.map((header) => `#include <${header}>\n`).join('');
  const taken = Object.entries(parts).map(([file, names]) => partsOf(files.get(file)!, names));
  writeFileSync(join(folder, 'parts.c'), `${includes}${change(taken.join('\n'))}`);
  const path = join(folder, `${name}.c`);
  writeFileSync(path, readFileSync(`test/features/real/${name}.c`));
  return path;
}

// Skipped where the package linux-source-6.12 is not installed.
describe.skipIf(!existsSync(ARCHIVE))('get and put of Linux 6.12', () => {
  test.each(FILES)('$name needs few lines, and is sound until it is broken', {
    timeout: 300_000,
  }, async (file) => {
    const lines = readFileSync(`test/features/real/${file.name}.c`, 'utf8').trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(MOST_LINES);
    const path = await written(file, (text) => text);
    expect(gravest(soundness(await schemeIn(path, `${file.name}.c`)))).toBe('nothing');
    const broken = await written(file, (text) => {
      expect(text).toContain(file.defect[0]);
      return text.replace(...file.defect);
    });
    const found = gravest(soundness(await schemeIn(broken, `${file.name}.c`)));
    expect(found).not.toBe('nothing');
    expect(found).toMatch(file.fault);
  });
});
