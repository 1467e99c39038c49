import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { statsOf } from '../subject/folders.ts';
import { InputError } from '../subject/input-error.ts';
import { FILE, readText } from '../subject/read-file.ts';

/** Where the parts of a booted kernel are, as the user named them; the rest is found. */
export interface InstallationOptions {
  /** A kernel image, such as /boot/vmlinuz-6.1.0-56-amd64. */
  readonly image?: string;
  /** The folder that modules for it are built against. */
  readonly headers?: string;
  /** How the guest's instructions are run. */
  readonly accel?: 'tcg' | 'kvm';
}

/** What it takes to boot a kernel with modules of ours. */
export interface Installation {
  readonly qemu: string;
  readonly image: string;
  readonly headers: string;
  /** `6.1.0-56-amd64` */
  readonly release: string;
  readonly busybox: string;
  readonly accel: 'tcg' | 'kvm';
}

/** A part that is needed, and whether it is there. */
export interface Part {
  readonly what: string;
  /** Where it is; undefined when it is missing. */
  readonly path: string | undefined;
  /** Why it is not there, and what to do about it; begins with APT where a package helps. */
  readonly remedy: string;
}

/** The module knows how x86-64 compiles WARN_ONCE, so no other machine will do. */
const QEMU = 'qemu-system-x86_64';
const BUSYBOX = ['/bin/busybox', '/usr/bin/busybox', '/bin/busybox-static'];
const BOOT = '/boot';

/**
 * What of it there is. The first of each kind that is found is taken; of kernels, the newest that has headers.
 *
 * @returns QEMU, image, headers and busybox in this order, as `findInstallation` expects, and then the rest
 */
export function diagnose(options: InstallationOptions): readonly Part[] {
  const { image, headers } = kernelOf(options);
  const parts: Part[] = [
    { what: 'QEMU', path: programAt(QEMU), remedy: apt('qemu-system-x86') },
    { what: 'kernel image', path: image, remedy: imageRemedy(options, image) },
    { what: 'kernel headers', path: headers, remedy: headersRemedy(options, headers) },
    { what: 'busybox', path: BUSYBOX.find(existsSync), remedy: apt('busybox-static') },
    { what: 'gcc', path: programAt('gcc'), remedy: apt('gcc') },
    { what: 'make', path: programAt('make'), remedy: apt('make') },
  ];
  if (options.accel !== 'kvm') return parts;
  const isUsable = canUse('/dev/kvm', constants.R_OK | constants.W_OK);
  const remedy = existsSync('/dev/kvm')
    ? '/dev/kvm may not be opened: join the group kvm, or leave --accel kvm out'
    : 'there is no /dev/kvm here: leave --accel kvm out; software emulation needs none';
  return [...parts, { what: 'KVM', path: isUsable ? '/dev/kvm' : undefined, remedy }];
}

/** @throws InputError that names what is missing, and the command that installs it */
export function findInstallation(options: InstallationOptions): Installation {
  const parts = diagnose(options);
  const missing = parts.filter(({ path }) => path === undefined);
  if (missing.length > 0) {
    const lines = missing.map(({ what, remedy }) => `no ${what}: ${remedy}`);
    throw new InputError('booted kernel', lines.join('\n  '));
  }
  const [qemu, image, headers, busybox] = parts.map(({ path }) => path!);
  const release = releaseOf(headers!);
  if (release === undefined) {
    throw new InputError(
      headers!,
      'has no include/config/kernel.release; are these the headers of a built kernel?',
    );
  }
  return {
    qemu: qemu!,
    image: image!,
    headers: headers!,
    busybox: busybox!,
    release,
    accel: options.accel ?? 'tcg',
  };
}

/** The command that installs what is missing, where Debian's names for it are known. */
export function installCommand(missing: readonly Part[]): string | undefined {
  const packages = missing.flatMap(({ remedy }) =>
    remedy.startsWith(APT) ? [remedy.slice(APT.length)] : [],
  );
  return packages.length === 0 ? undefined : `${APT}${[...new Set(packages.join(' ').split(' '))].join(' ')}`;
}

const APT = 'apt-get install --no-install-recommends ';

function apt(packages: string): string {
  return `${APT}${packages}`;
}

function imageRemedy({ image }: InstallationOptions, found: string | undefined): string {
  if (image !== undefined && found === undefined) {
    return existsSync(image) ? `${image} may not be read: only root may, perhaps` : `${image} does not exist`;
  }
  return apt('linux-image-amd64');
}

function headersRemedy({ headers }: InstallationOptions, found: string | undefined): string {
  if (headers !== undefined && found === undefined) return `${headers} is no folder`;
  return apt('linux-headers-amd64');
}

/**
 * | given     | image                                       | headers                           |
 * |-----------|---------------------------------------------|-----------------------------------|
 * | image     | it                                          | of the release in its name        |
 * | both      | it                                          | it                                |
 * | headers   | in /boot, of their release                  | it                                |
 * | nothing   | the newest with headers, else the newest    | of its release, or none           |
 *
 * What was given and cannot be used is left out, and not replaced by something else.
 */
function kernelOf({ image, headers }: InstallationOptions): { image?: string; headers?: string } {
  if (image !== undefined) {
    const readable = canUse(image, constants.R_OK) && isFile(image) ? { image } : {};
    const release = /vmlinuz-(.+)$/.exec(image)?.[1];
    const folder = headers ?? (release === undefined ? undefined : headersOf(release));
    return { ...readable, ...(folder !== undefined && isFolder(folder) ? { headers: folder } : {}) };
  }
  if (headers !== undefined) {
    const release = releaseOf(headers);
    const fitting = images().find((one) => one === release);
    return {
      ...(isFolder(headers) ? { headers } : {}),
      ...(fitting === undefined ? {} : { image: join(BOOT, `vmlinuz-${fitting}`) }),
    };
  }
  const releases = images();
  const complete = releases.find((release) => headersOf(release) !== undefined);
  if (complete !== undefined)
    return { image: join(BOOT, `vmlinuz-${complete}`), headers: headersOf(complete)! };
  return releases[0] === undefined ? {} : { image: join(BOOT, `vmlinuz-${releases[0]}`) };
}

/** Releases of the images that may be read, the newest first: 6.1.0-56 before 6.1.0-9. */
function images(): string[] {
  const names = existsSync(BOOT) ? readdirSync(BOOT) : [];
  const releases = names.flatMap((name) =>
    name.startsWith('vmlinuz-') ? [name.slice('vmlinuz-'.length)] : [],
  );
  return releases
    .filter((release) => canUse(join(BOOT, `vmlinuz-${release}`), constants.R_OK))
    .sort((one, other) => other.localeCompare(one, 'en', { numeric: true }));
}

function headersOf(release: string): string | undefined {
  return [`/lib/modules/${release}/build`, `/usr/src/linux-headers-${release}`].find(isFolder);
}

/** Written when the kernel was built; the name of the folder may say anything. */
function releaseOf(headers: string): string | undefined {
  try {
    return readText(join(headers, 'include/config/kernel.release'), FILE.state).trim();
  } catch {
    return undefined;
  }
}

function programAt(name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders
    .map((folder) => join(folder, name))
    .find((path) => canUse(path, constants.X_OK) && isFile(path));
}

function canUse(path: string, how: number): boolean {
  try {
    accessSync(path, how);
    return true;
  } catch {
    return false;
  }
}

function isFolder(path: string): boolean {
  return statsOf(path)?.isDirectory() ?? false;
}

function isFile(path: string): boolean {
  return statsOf(path)?.isFile() ?? false;
}
