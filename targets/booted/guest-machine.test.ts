import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { GUARD } from './guest-machine.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A guest is any program here, with the folder as its guard has it. */
function start(guest: string) {
  const folder = mkdtempSync(join(tmpdir(), 'refuzz-guard-'));
  folders.push(folder);
  writeFileSync(join(folder, 'initrd'), '');
  const child = spawn('/bin/sh', ['-c', GUARD, 'sh', '/bin/sh', '-c', guest], {
    env: { ...process.env, DIR: folder, NODE: process.execPath },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  return { child, folder, ended: once(child, 'close') as Promise<[number | null]> };
}

test('a guest that makes a file while its folder is removed leaves neither', async () => {
  // One process, as QEMU is: a shell's `mkdir` would outlive the shell that is killed.
  const { child, folder, ended } = start(`exec "$NODE" -e '
    const { existsSync, mkdirSync, writeFileSync } = require("fs");
    console.log("up");
    while (existsSync(process.env.DIR + "/initrd"));
    mkdirSync(process.env.DIR, { recursive: true });
    writeFileSync(process.env.DIR + "/shared", "");
    setTimeout(() => {}, 60000);
  '`);
  await once(child.stdout, 'data');
  child.stdin.end();
  await ended;
  expect(existsSync(folder)).toBe(false);
});

test('what ends by itself gives its status, and leaves its folder to be read', async () => {
  const { folder, ended } = start('exit 7');
  expect((await ended)[0]).toBe(7);
  expect(existsSync(join(folder, 'initrd'))).toBe(true);
});

test('SIGTERM ends the guest alone, and leaves the folder', async () => {
  const { child, folder, ended } = start('echo up; exec sleep 60');
  await once(child.stdout, 'data');
  await setTimeout(50);
  child.kill('SIGTERM');
  expect((await ended)[0]).toBe(128 + 15);
  expect(existsSync(join(folder, 'initrd'))).toBe(true);
});
