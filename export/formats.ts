import { C } from './c/c.ts';
import { FORMAT_NAMES, type FormatName } from './format-names.ts';
import { KMOD } from './kernel/kmod.ts';
import { KUNIT } from './kernel/kunit.ts';
import { LITMUS } from './kernel/litmus.ts';
import { MJS } from './mjs/mjs.ts';
import { VITEST } from './mjs/vitest-test.ts';
import type { ExportFormat } from './reproduce/export-format.ts';

/** By its name, a format each. */
const FORMATS: Readonly<Record<FormatName, ExportFormat>> = {
  mjs: MJS,
  c: C,
  kmod: KMOD,
  kunit: KUNIT,
  litmus: LITMUS,
  vitest: VITEST,
};

/** Every format. */
export const EXPORT_FORMATS: readonly ExportFormat[] = FORMAT_NAMES.map((name) => FORMATS[name]);
