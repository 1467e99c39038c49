import { type Command, Option } from 'commander';
import type { BootOptions } from '../../targets/booted/booted-kernel.ts';
import { findInstallation, type Installation } from '../../targets/booted/installation.ts';
import { fileName, wholeNumber } from '../io/options.ts';

/** What is booted, and how. */
export interface BootFlags {
  readonly image?: string;
  readonly headers?: string;
  readonly accel?: 'tcg' | 'kvm';
  readonly cpus?: number;
}

/** The name under which `--on` asks for a booted kernel. */
export const BOOTED = 'kernel/booted';

export function withBoot(command: Command): Command {
  return command
    .option('--image <file>', 'the kernel to boot (default: the newest in /boot that has headers)', fileName)
    .option(
      '--headers <folder>',
      'what modules for it are built against (default: where Debian has them)',
      fileName,
    )
    .addOption(
      new Option('--accel <name>', 'how the guest is run (default: tcg, software emulation)').choices([
        'tcg',
        'kvm',
      ]),
    )
    .option('--cpus <n>', 'virtual processors (default: 2)', wholeNumber(1, 16));
}

/** @throws InputError that says what is missing, and how to install it */
export function installationOf(flags: BootFlags): Installation {
  return findInstallation(flags);
}

export function bootOptions({ cpus }: BootFlags): BootOptions {
  return cpus === undefined ? {} : { cpus };
}
