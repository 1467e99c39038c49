import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheKey, readCached, writeCached } from '../c/build/module-cache.ts';
import { InputError } from '../subject/input-error.ts';
import { packageRoot } from '../subject/package-root.ts';
import { FILE, readBytes, readIfThere, readText } from '../subject/read-file.ts';
import { BOOTED_OPS, type BootedOp, isIn, opsHeader } from './booted-ops.ts';
import type { Installation } from './installation.ts';
import { protocolHeader } from './protocol.ts';

/** Our module for a kernel, and the ops that it has. */
export interface GuestModule {
  readonly bytes: Uint8Array;
  readonly ops: readonly BootedOp[];
}

/** What a build starts from, besides the two generated headers. */
const SOURCES = ['refuzz.c', 'Kbuild'];

/**
 * Builds the guest's module against a kernel's headers, which takes some seconds; or takes it from the cache.
 *
 * @param signal calls it off
 * @throws InputError with what the compiler said
 */
export async function guestModule(
  { headers, release }: Installation,
  signal?: AbortSignal,
): Promise<GuestModule> {
  const folder = join(packageRoot(), 'targets', 'booted', 'guest');
  const texts = SOURCES.map((name) => readText(join(folder, name), FILE.source));
  const refcountHeader = refcountHeaderOf(headers);
  const generated = { 'protocol.h': protocolHeader(), 'ops.h': opsHeader(refcountHeader) };
  const ops = BOOTED_OPS.filter((op) => isIn(op, refcountHeader));
  // Symbol versions are those of the very kernel that the module is for; a release may be built twice. Raise the 1
  // when modules are built in another way from the same sources.
  const symbols = readIfThere(join(headers, 'Module.symvers')) ?? '';
  const key = cacheKey(['guest module', 1, release, cacheKey(symbols), texts, generated]);
  const cached = readCached(key);
  if (cached) return { bytes: cached, ops };
  const bytes = await buildModule(headers, folder, generated, signal);
  writeCached(key, bytes);
  return { bytes, ops };
}

/** As Documentation/kbuild/modules.rst has it, in a folder of its own: kbuild writes beside the sources. */
async function buildModule(
  headers: string,
  sources: string,
  generated: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const build = mkdtempSync(join(tmpdir(), 'refuzz-module-'));
  try {
    for (const name of SOURCES) cpSync(join(sources, name), join(build, name));
    for (const [name, text] of Object.entries(generated)) writeFileSync(join(build, name), text);
    await promisify(execFile)('make', ['-s', '-C', headers, `M=${build}`, 'modules'], {
      maxBuffer: 64 << 20,
      env: { ...process.env, LC_ALL: 'C' },
      ...(signal && { signal }),
    });
    return readBytes(join(build, 'refuzz.ko'), FILE.binary);
  } catch (error) {
    const said = (error as { stderr?: string }).stderr || String(error);
    throw new InputError(headers, `the guest's module cannot be built against them:\n${said.trimEnd()}`);
  } finally {
    rmSync(build, { recursive: true, force: true });
  }
}

/**
 * The text of refcount.h. Debian's headers of a flavour (…-amd64) do not have it: their Makefile says
 * `include /usr/src/linux-headers-6.1.0-56-common/Makefile`, which is where all flavours find theirs.
 */
function refcountHeaderOf(headers: string): string {
  const name = 'include/linux/refcount.h';
  const own = readIfThere(join(headers, name));
  if (own !== undefined) return own;
  const makefile = readIfThere(join(headers, 'Makefile'));
  const common = makefile && /^include\s+(.+)\/Makefile\s*$/m.exec(makefile)?.[1];
  const shared = common && readIfThere(join(common, name));
  if (shared) return shared;
  throw new InputError(headers, `no ${name} in it; are these the headers of a kernel?`);
}
