import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes a module that kills the process that it is loaded into (`--import`) at its nth change to the disk, n being
 * REFUZZ_KILL_AT, or when its nth case is about to get its name, n being REFUZZ_KILL_CASE. A kill -9 from outside hits the step between two writes once in thousands of times; this one hits each.
 * A write that is hit has half of its bytes on disk.
 *
 * @returns its path
 */
export function writeKiller(folder: string): string {
  const path = join(folder, 'killed-at-write.mjs');
  writeFileSync(path, KILLER);
  return path;
}

const KILLER = `
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { isMainThread } from 'node:worker_threads';

const at = Number(process.env.REFUZZ_KILL_AT);
let changes = 0;
const caseAt = Number(process.env.REFUZZ_KILL_CASE);
let cases = 0;
const isNthCase = (path) => isMainThread && String(path).endsWith('.yaml') && ++cases === caseAt;
const isLast = () => isMainThread && ++changes === at;
const die = () => process.kill(process.pid, 'SIGKILL');
const half = (data) => {
  const bytes = Buffer.from(data);
  return bytes.subarray(0, bytes.length >> 1);
};

const { writeSync, writeFileSync } = fs;
fs.writeSync = (file, data, ...rest) => {
  // A terminal is no disk.
  if (file > 2 && isLast()) {
    writeSync(file, half(data));
    die();
  }
  return writeSync(file, data, ...rest);
};
fs.writeFileSync = (file, data, ...rest) => {
  if (isLast() || isNthCase(file)) {
    writeFileSync(file, half(data), ...rest);
    die();
  }
  return writeFileSync(file, data, ...rest);
};
for (const name of ['renameSync', 'rmSync', 'unlinkSync', 'linkSync', 'mkdirSync']) {
  const act = fs[name];
  fs[name] = (...all) => {
    if (isLast() || (name === 'renameSync' && isNthCase(all[1]))) die();
    return act(...all);
  };
}
syncBuiltinESMExports();
`;
