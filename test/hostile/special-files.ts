import { execFileSync } from 'node:child_process';
import { chmodSync, closeSync, mkdirSync, openSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Names that stand for anything but what is asked for, by what they are. */
export function specialFiles(folder: string): ReadonlyMap<string, string> {
  const at = (name: string): string => join(folder, name);
  execFileSync('mkfifo', [at('pipe.yaml')]);
  symlinkSync(at('round.yaml'), at('round.yaml'));
  symlinkSync(at('nowhere.yaml'), at('dangling.yaml'));
  symlinkSync('/proc/self/pagemap', at('pagemap.c'));
  writeFileSync(at('unreadable.yaml'), 'case: 2\n');
  chmodSync(at('unreadable.yaml'), 0);
  closeSync(openSync(at('sparse.yaml'), 'w'));
  truncateSync(at('sparse.yaml'), 2 ** 40);
  mkdirSync(at('folder.c'));
  // A corpus, a state and a tree in which everything is something else.
  mkdirSync(at('mixed/canary'), { recursive: true });
  execFileSync('mkfifo', [at('mixed/canary/pipe.yaml'), at('mixed/lock'), at('mixed/Makefile')]);
  symlinkSync('/dev/zero', at('mixed/canary/zero.yaml'));
  symlinkSync(at('mixed'), at('mixed/again.yaml'));
  symlinkSync(at('mixed'), at('mixed/canary/again'));
  symlinkSync('/dev/zero', at('mixed/campaign.json'));
  mkdirSync(at('mixed/raw-findings/canary'), { recursive: true });
  symlinkSync('/dev/zero', at('mixed/raw-findings/canary/zero.json'));
  execFileSync('mkfifo', [at('mixed/series.jsonl')]);
  mkdirSync(at('mixed/include/linux'), { recursive: true });
  mkdirSync(at('mixed/lib'), { recursive: true });
  symlinkSync('/dev/zero', at('mixed/include/linux/refcount.h'));
  symlinkSync('/etc/passwd', at('mixed/lib/refcount.c'));
  writeFileSync(at('file.yaml'), 'neither: this\n');
  writeFileSync(at('two\nlines.yaml'), 'case: 2\n');
  writeFileSync(at('\u001b[2Jescape\u202e.yaml'), 'case: 2\n');
  writeFileSync(
    Buffer.concat([Buffer.from(at('bytes-')), Buffer.from([0xff, 0xfe]), Buffer.from('.yaml')]),
    'x',
  );
  writeFileSync(at('zeros.c'), '\0'.repeat(100));
  writeFileSync(at('bytes.yaml'), Buffer.from([0x63, 0x3a, 0xff, 0xfe]));
  return new Map([
    ['a pipe', at('pipe.yaml')],
    ['a device without end', '/dev/zero'],
    ['a full device', '/dev/full'],
    ['a file without end', '/proc/self/pagemap'],
    ['a folder of /proc', '/proc/self'],
    ['a name in /proc', '/proc/refuzz-is-not-there'],
    ['a loop of links', at('round.yaml')],
    ['a link to nothing', at('dangling.yaml')],
    ['a link to a file without end', at('pagemap.c')],
    ['an unreadable file', at('unreadable.yaml')],
    ['a huge sparse file', at('sparse.yaml')],
    ['a folder', at('folder.c')],
    ['a folder of such things', at('mixed')],
    ['a file', at('file.yaml')],
    ['a name below a file', at('file.yaml/x')],
    ['a name of two lines', at('two\nlines.yaml')],
    ['a name with an escape', at('\u001b[2Jescape\u202e.yaml')],
    ['a name that is no text', at('bytes-\ufffd\ufffd.yaml')],
    ['zeros', at('zeros.c')],
    ['bytes that are no text', at('bytes.yaml')],
    ['a name that is too long', at('n'.repeat(300))],
  ]);
}
