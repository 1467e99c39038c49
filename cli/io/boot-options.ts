import type { Command } from 'commander';
import { BOOT_OPTIONS } from '../../fuzz/engine/options.ts';
import type { BootOptions } from '../../targets/booted/booted-kernel.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { isGiven, withSpecs } from './option-specs.ts';

/** What is booted, and how. */
export interface BootFlags {
  readonly image?: string;
  readonly headers?: string;
  readonly accel?: 'tcg' | 'kvm';
  readonly cpus?: number;
}

/** The name under which `--on` asks for a booted kernel. */
export const BOOTED = 'kernel/booted';

/** The options that say what is booted, for every command that boots a kernel. */
export function withBoot(command: Command): Command {
  return withSpecs(command, BOOT_OPTIONS);
}

/** For `KernelSession`. */
export function bootOptions({ cpus }: BootFlags): BootOptions {
  return cpus === undefined ? {} : { cpus };
}

/** `--runs` is how often a program is run there. */
const FOR_A_BOOTED_KERNEL: readonly string[] = [...Object.keys(BOOT_OPTIONS), 'runs'];

/**
 * @param asked what asks for a booted kernel
 * @throws InputError for the first option given that only a booted kernel has a use for
 */
export function refuseBootOptions(command: Command, asked: string): void {
  const given = FOR_A_BOOTED_KERNEL.find((name) => isGiven(command, name));
  if (given === undefined) return;
  const option = command.options.find((one) => one.attributeName() === given)!;
  throw new InputError('command line', `${option.long} goes with ${asked} only`);
}
