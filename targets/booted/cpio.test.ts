import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cpioArchive } from './cpio.ts';

test('a header is 110 characters of hexadecimal, name and content end at a multiple of four', () => {
  const archive = cpioArchive([{ kind: 'file', path: 'init', bytes: Buffer.from('hello'), isProgram: true }]);
  const text = archive.toString('latin1');
  expect(text.slice(0, 110)).toBe(
    [
      '070701', // the form
      '00000001', // inode
      '000081ED', // a regular file, rwxr-xr-x
      '00000000'.repeat(2), // root
      '00000001', // links
      '00000000', // time
      '00000005', // bytes
      '00000000'.repeat(4), // devices
      '00000005', // length of the name, with its 0
      '00000000', // no checksum
    ].join(''),
  );
  expect(text.slice(110, 116)).toBe('init\0\0');
  expect(text.slice(116, 124)).toBe('hello\0\0\0');
  expect(text.slice(124 + 110)).toBe('TRAILER!!!\0\0\0\0');
  expect(archive.length % 4).toBe(0);
});

test('a device has its numbers behind those of the device that it lies on', () => {
  const text = cpioArchive([{ kind: 'device', path: 'dev/console', major: 5, minor: 1 }]).toString('latin1');
  expect(text.slice(14, 22)).toBe('00002180');
  expect(text.slice(62, 94)).toBe(`${'00000000'.repeat(2)}0000000500000001`);
});

test('an empty archive is its trailer', () => {
  expect(cpioArchive([]).length).toBe(124);
});

// Any program that reads the format does; busybox is what a guest has.
const busybox = ['/bin/busybox', '/usr/bin/busybox'].find(existsSync);
test.skipIf(!busybox)('cpio reads it', () => {
  const archive = cpioArchive([
    { kind: 'folder', path: 'bin' },
    { kind: 'file', path: 'bin/a', bytes: new Uint8Array(1), isProgram: false },
    { kind: 'device', path: 'console', major: 5, minor: 1 },
  ]);
  const listed = execFileSync(busybox!, ['cpio', '-tv'], {
    input: archive,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const lines = listed.toString().trimEnd().split('\n');
  expect(lines.map((line) => [line[0], line.split(' ').at(-1)])).toEqual([
    ['d', 'bin'],
    ['-', 'bin/a'],
    ['c', 'console'],
  ]);
});
