import type { Verdict } from '../../audit/census/verdict.ts';

/** Options of `refuzz audit`. */
export interface AuditOptions {
  readonly rev?: string;
  readonly only?: readonly Verdict[];
  readonly struct?: readonly string[];
  readonly explain?: string;
  readonly json?: boolean;
  readonly html?: string;
  readonly baseline?: string;
  readonly writeBaseline?: string;
  readonly patch?: string;
  readonly cocci?: string;
  readonly extract?: string;
  /** Whether what was extracted is converted as well. */
  readonly convert?: boolean;
  /** The folder of `extract`. */
  readonly output?: string;
  /** Threads, 1 or more. */
  readonly workers: number;
  readonly cache: boolean;
}
