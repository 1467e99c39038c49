/** A file, folder or device of an archive. Folders come before what lies in them. */
export type CpioEntry =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'file'; readonly path: string; readonly bytes: Uint8Array; readonly isProgram: boolean }
  | {
      readonly kind: 'device';
      readonly path: string;
      readonly major: number;
      readonly minor: number;
    };

/**
 * An archive in the one form of cpio ("newc") that a kernel unpacks as its first root file system. Nothing is compressed.
 *
 * Layout: Documentation/driver-api/early-userspace/buffer-format.rst of the kernel.
 */
export function cpioArchive(entries: readonly CpioEntry[]): Buffer {
  const parts = entries.map((entry, at) => member(entry, at + 1));
  return Buffer.concat([...parts, record(0, 0, TRAILER, new Uint8Array())]);
}

/** The path that ends an archive. */
const TRAILER = 'TRAILER!!!';
/** As in a stat: kind and permissions. A device is a character device. */
const MODE = { folder: 0o040755, file: 0o100644, program: 0o100755, device: 0o020600 };

function member(entry: CpioEntry, inode: number): Buffer {
  const none = new Uint8Array();
  switch (entry.kind) {
    case 'folder':
      return record(inode, MODE.folder, entry.path, none);
    case 'file':
      return record(inode, entry.isProgram ? MODE.program : MODE.file, entry.path, entry.bytes);
    case 'device':
      return record(inode, MODE.device, entry.path, none, entry.major, entry.minor);
  }
}

/**
 * A header of 13 eight-digit hexadecimal numbers, the path, the content; path and content end at a multiple of 4. The
 * folder `dev`, 116 bytes in all, its header without the zeros of the ids, times and devices:
 *
 *     magic  inode    mode     …  links    …  size     …  path     check
 *     070701 00000001 000041ED …  00000001 …  00000000 …  00000004 00000000 dev\0 \0\0
 *
 * With one link each, init/initramfs.c looks for no hard links. Times are 0: the same entries are the same bytes.
 */
function record(inode: number, mode: number, path: string, bytes: Uint8Array, major = 0, minor = 0): Buffer {
  const name = Buffer.from(`${path}\0`);
  const links = 1;
  const fields = [inode, mode, 0, 0, links, 0, bytes.length, 0, 0, major, minor, name.length, 0];
  const header = `070701${fields.map((field) => field.toString(16).toUpperCase().padStart(8, '0')).join('')}`;
  return padded(Buffer.concat([padded(Buffer.concat([Buffer.from(header), name])), bytes]));
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
}
