import { join } from 'node:path';
import { DEFAULT_STATE } from '../campaign/default-state.ts';
import type { EngineName } from './engine.ts';

/** Where each engine keeps what it needs to continue, unless the user names a folder. */
export const STATE_FOLDERS: Readonly<Record<EngineName, string>> = {
  random: DEFAULT_STATE,
  threads: join('.refuzz', 'threads'),
  kernel: join('.refuzz', 'kernel'),
  /** jsfuzz has a folder for each target in it. */
  jsfuzz: '.refuzz',
};
