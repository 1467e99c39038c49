import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Agreement } from '../fuzz/booted/agreement.ts';
import { bisect } from '../fuzz/booted/bisect.ts';
import { bootedTarget, familyOf } from '../fuzz/booted/booted-subject.ts';
import { BootedThreadGroup } from '../fuzz/booted/booted-thread-group.ts';
import { deathLine, KernelSession } from '../fuzz/booted/kernel-session.ts';
import { type Batch, runBatch } from '../fuzz/booted/sequential.ts';
import { parseProgram } from '../fuzz/case/program-text.ts';
import { RandomChoices } from '../fuzz/program/choices.ts';
import { type Harness, harnessOf } from '../fuzz/run/harness.ts';
import { stress } from '../fuzz/stress/stress.ts';
import type { BootedFamily } from '../targets/booted/booted-ops.ts';
import { guestModule } from '../targets/booted/guest-module.ts';
import { diagnose, findInstallation, installCommand } from '../targets/booted/installation.ts';
import { loadTarget } from '../targets/target/target-file.ts';
import { refuzz, startRefuzz } from './refuzz.ts';

const folder = mkdtempSync(join(tmpdir(), 'refuzz-booted-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const missing = diagnose({}).filter(({ path }) => path === undefined);
const canBoot = missing.length === 0;

// A kernel takes some seconds to boot, and QEMU is not everywhere. Where changes are accepted it must be.
test.skipIf(!process.env.CI)('in CI a kernel can be booted', () => {
  expect(missing, installCommand(missing)).toEqual([]);
});

async function harness(name: string, kernels: KernelSession): Promise<Harness> {
  const target = loadTarget(resolve('targets', `${name}.yaml`));
  return harnessOf(bootedTarget(target, (await kernels.kernel()).ops));
}

describe.skipIf(!canBoot)('a booted kernel', () => {
  let kernels: KernelSession;
  beforeAll(() => {
    kernels = new KernelSession(findInstallation({}));
  });
  afterAll(() => kernels.close());

  /** Programs of one op each; `calls` are names of ops. */
  async function batchOf(
    family: BootedFamily,
    starts: readonly number[],
    calls: readonly [op: string, a: number][],
    ops: readonly number[],
  ): Promise<[Int32Array, Batch]> {
    const kernel = await kernels.kernel();
    const words = calls.flatMap(([op, a]) => [
      kernel.opNumber(family, op) ?? kernel.opNumber('fault', op)!,
      a,
      0,
    ]);
    const lengths = new Int32Array(starts.length).fill(1);
    return [Int32Array.from(words), { starts: Int32Array.from(starts), lengths, ops: Uint16Array.from(ops) }];
  }

  test('results, values and warnings come back, and each program sees its own', async () => {
    const kernel = await kernels.kernel();
    expect(kernel.release).toMatch(/^\d+\.\d+/);
    expect(kernel.cpus).toBe(2);
    const calls: [string, number][] = [
      ['inc', 0],
      ['dec_not_one', 0],
      ['add', 5],
      ['dec_and_test', 0],
    ];
    const [words, batch] = await batchOf('refcount', [0, 0, 0, 7, 1, 0], calls, [0, 0, 1, 2, 3, 1]);
    const end = await runBatch(kernel, words, batch);
    if (end.kind === 'died') throw new Error(deathLine(end.death));
    const { results, values, warnings } = end.histories;
    expect([...values]).toEqual([0xc0000000 | 0, 0xc0000000 | 0, 0, 12, 0, 0]);
    expect([...results]).toEqual([0, 0, 1, 0, 1, 1]);
    const uaf = ['addition on 0; use-after-free'];
    const underflow = ['underflow; use-after-free'];
    expect([...warnings].map((code) => kernel.warningTexts(code))).toEqual([
      uaf,
      uaf,
      underflow,
      [],
      [],
      underflow,
    ]);
  });

  test.each([
    'refcount-v5.5',
    'atomic-vs-ideal',
  ])('%s: a hundred thousand ops do as the model does', async (name) => {
    const target = await harness(name, kernels);
    const agreement = new Agreement(target, familyOf(target.target.subject)!, { ops: 100_000 });
    const end = await agreement.run(await kernels.kernel(), new RandomChoices(1, 0), () => {});
    if (end.kind === 'died') throw new Error(deathLine(end.death));
    expect(end.ops).toBe(100_000);
    // Until 6.11 sub_and_test took all of a count that is 0 or below for the last reference.
    const other = end.differences.filter(({ call, old }) => {
      const { op, a } = target.alphabet.call(call);
      return !(op === 'sub_and_test' && old <= 0 && (a <= 0 || a === old));
    });
    expect(other).toEqual([]);
    if (end.differences.length === 0) expect(end.different).toBe(0);
  });

  test('what races there ends as some schedule of the model does', async () => {
    const target = await harness('refcount-v5.5', kernels);
    const texts = [
      '0: inc | read',
      '0: dec_not_one | dec_not_one',
      '1: dec_and_test | inc_not_zero, dec',
      '2: dec | dec | dec',
    ];
    const programs = texts.map((text) => parseProgram(target, text));
    const threadGroup = new BootedThreadGroup(kernels, 'refcount');
    const options = { seed: 1, programs, cells: 2048, cellsPerProgram: 4096 };
    let reports = 0;
    for await (const { runs, outcomes, failure } of stress(
      target,
      { hire: async () => threadGroup },
      options,
    )) {
      reports++;
      expect(failure).toBeUndefined();
      expect(runs).toBe(4096);
      const standings = new Set(outcomes.map(({ standing }) => standing));
      expect([...standings].filter((standing) => standing !== 'atomic' && standing !== 'window')).toEqual([]);
    }
    expect(reports).toBe(texts.length);
  });

  test('a boot that is called off says so, and the next one is a boot as any', async () => {
    const session = new KernelSession(findInstallation({}));
    const booting = session.kernel();
    await setTimeout(300);
    await Promise.all([session.end(), expect(booting).rejects.toThrow('the boot was called off')]);
    expect((await session.kernel()).cpus).toBe(2);
    await session.close();
  });

  test('a panic is narrowed down to its program', async () => {
    const ops = new Array<number>(300).fill(0);
    ops[123] = 1;
    const [words, batch] = await batchOf(
      'atomic',
      new Array(300).fill(0),
      [
        ['inc', 0],
        ['panic', 0],
      ],
      ops,
    );
    const end = await runBatch(await kernels.kernel(), words, batch);
    if (end.kind !== 'died') throw new Error('it lives');
    expect(deathLine(end.death)).toBe('panic: Kernel panic - not syncing: refuzz was asked to panic');
    const culprit = await bisect(kernels, words, batch, end.death);
    expect(culprit).toMatchObject({ from: 123, to: 124, isReproduced: true, death: { how: 'panic' } });
  });

  test('from here on little patience', async () => {
    await kernels.close();
    kernels = new KernelSession(findInstallation({}), { patience: 3000 });
  });

  test.each(['hang', 'flood'])('a guest that does nothing but %s is ended', async (how) => {
    const [words, batch] = await batchOf(
      'atomic',
      [0, 0],
      [
        ['inc', 0],
        [how, 0],
      ],
      [0, 1],
    );
    const end = await runBatch(await kernels.kernel(), words, batch);
    expect(end).toMatchObject({ kind: 'died', death: { how: 'hang', progress: 1 } });
    await kernels.end();
  });
});

describe.skipIf(!canBoot)('the command line', () => {
  test('a case is run in it', async () => {
    const path = 'corpus/refcount-v5.5/add+inc-from-INT_MAX-to-0/inc-zero-value-protects.yaml';
    const { code, out } = await refuzz(['replay', path, '--on', 'kernel/booted']);
    expect(out).toMatch(/^Linux \S+: 2 as recorded; of 0 concurrent ones 0 seen as recorded; 0 differ\n$/);
    expect(code).toBe(0);
  });

  test('a campaign; interrupted, it leaves nothing behind', async () => {
    const args = ['fuzz', 'atomic-vs-ideal', '--engine', 'kernel', '--seed', '1', '--time', '10m'];
    const own = ['--state', join(folder, 'state'), '--corpus', join(folder, 'corpus')];
    const { code, out } = await refuzz([...args, ...own], { signalAfter: /in Linux/ });
    expect(out).toMatch(/atomic-vs-ideal, racing in Linux .*none unreachable/);
    expect(code).toBe(130);
    expect(existsSync(join(folder, 'state', 'crashes'))).toBe(false);
  });

  test('modules are inserted, and what the kernel logs at each is printed', async () => {
    const installation = findInstallation({});
    // Ours wants a device that is not there.
    const ours = join(folder, 'refuzz.ko');
    writeFileSync(ours, (await guestModule(installation)).bytes);
    const release = basename(installation.image).replace('vmlinuz-', '');
    const loop = join('/lib/modules', release, 'kernel/drivers/block/loop.ko');
    const repro = join(folder, 'kmod');
    const stored = 'corpus/refcount-v5.5/add+inc-from-INT_MAX-to-0/inc-zero-value-protects.yaml';
    expect((await refuzz(['export', stored, '--to', 'kmod', '-o', repro])).code).toBe(0);
    execFileSync('make', ['-s', '-C', repro, `KDIR=${installation.headers}`], { stdio: 'ignore' });
    // Twice: WARN_ONCE is made to forget in between.
    const again = join(folder, 'again', 'repro.ko');
    cpSync(join(repro, 'repro.ko'), again);
    const files = [ours, join(repro, 'repro.ko'), again, ...(existsSync(loop) ? [loop] : [])];
    const { code, out } = await refuzz(['kernel', 'load', ...files]);
    expect(out.match(/refcount_t: addition on 0; use-after-free\./g)).toHaveLength(2);
    expect(out.match(/refuzz: word at the end -1073741824, recorded -1073741824/g)).toHaveLength(2);
    expect(out.match(/refuzz: DIVERGES .* as recorded/g)).toHaveLength(2);
    expect(out).toMatch(
      /refuzz\.ko: insmod failed \(19\)\n[\s\S]*refuzz: there is no device with shared memory/,
    );
    if (existsSync(loop)) expect(out).toMatch(/loop\.ko: inserted\n[\s\S]*loop: module loaded/);
    expect(code).toBe(1);
  });

  test('killed, it takes its guest with it', async () => {
    const memory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
    const before = new Set(readdirSync(memory));
    const { child, ended } = startRefuzz(['kernel', 'run', 'corpus/canary']);
    const own = () =>
      readdirSync(memory).filter((name) => name.startsWith('refuzz-guest-') && !before.has(name));
    // A folder is there a moment before its guest, and only the guest's guard takes it away.
    const isUp = () => own().some(runs);
    for (let turns = 0; turns < 200 && !isUp(); turns++) await setTimeout(50);
    const [guest] = own();
    expect(guest).toBeDefined();
    expect(runs(guest!)).toBe(true);
    child.kill('SIGKILL');
    await ended;
    for (let turns = 0; turns < 200 && runs(guest!); turns++) await setTimeout(50);
    // Its folder goes after it.
    for (let turns = 0; turns < 200 && own().includes(guest!); turns++) await setTimeout(50);
    expect(runs(guest!)).toBe(false);
    expect(own()).not.toContain(guest);
  });
});

/** Whether a process has the name of a guest's folder among its arguments. */
function runs(guest: string): boolean {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .some((id) => {
      try {
        return readFileSync(`/proc/${id}/cmdline`, 'utf8').includes(guest);
      } catch {
        return false;
      }
    });
}

describe('what is missing', () => {
  const empty = mkdtempSync(join(folder, 'empty-'));

  test('QEMU: doctor says what installs it', async () => {
    const { ended } = startRefuzz(['kernel', 'doctor'], { env: { PATH: empty } });
    const { code, out } = await ended;
    expect(out).toMatch(/^QEMU +missing: apt-get install --no-install-recommends qemu-system-x86$/m);
    expect(out).toMatch(/^Run as root: apt-get install --no-install-recommends .*qemu-system-x86/m);
    expect(code).toBe(2);
  });

  test.each([
    [['replay', 'corpus/pax', '--on', 'kernel/booted']],
    [['kernel', 'run', 'corpus/pax']],
    [['kernel', 'load', 'x.ko']],
    [['fuzz', 'refcount-v5.5', '--engine', 'kernel']],
  ])('%j ends with what to do', async (args) => {
    const { ended } = startRefuzz(args, { env: { PATH: empty } });
    const { code, err } = await ended;
    expect(err).toContain('no QEMU: apt-get install --no-install-recommends qemu-system-x86');
    expect(code).toBe(2);
  });

  test.each([
    [['fuzz', 'pax', '--engine', 'kernel'], /"pax" tests pax; a booted kernel has/],
    [['fuzz', 'pax', '--cpus', '2'], /--cpus goes with --engine kernel only/],
    [
      ['fuzz', 'refcount-v5.5', '--engine', 'kernel', '--workers', '2'],
      /--workers does not go with --engine kernel/,
    ],
    [
      ['replay', 'corpus', '--on', 'kernel/booted', '--image', '/nowhere/vmlinuz'],
      /no kernel image: .* does not exist/,
    ],
    [['replay', '--image', 'x'], /--image goes with --on kernel\/booted only/],
    [['replay', '--on', 'kernel/boot'], /Allowed choices are kernel\/booted/],
  ])('%j is wrong usage', async (args, message) => {
    const { code, err } = await refuzz(args);
    expect(err).toMatch(message);
    expect(code).toBe(2);
  });
});
