import type { Verdict } from '../../audit/census/verdict.ts';
import type { SearchAsked } from '../convert/search-options.ts';

/** What is asked of a conversion: as of `refuzz convert`. */
export interface ConvertAsked extends SearchAsked {
  readonly only?: 'plain';
  /** A site. */
  readonly explain?: string;
}

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
  /** What was extracted is converted as well, and how; else undefined. */
  readonly convert?: ConvertAsked;
  /** The folder of `extract`. */
  readonly output?: string;
  /** Threads, 1 or more. */
  readonly workers: number;
  readonly cache: boolean;
}
