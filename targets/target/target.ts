import type { Discipline } from '../../oracles/holdings.ts';
import type { OracleName } from '../../oracles/oracles.ts';
import type { Subject } from '../subject/subject.ts';
import { INT_MAX, INT_MIN, REFCOUNT_SATURATED } from '../subject/values.ts';

/** A number in the C source of a side. */
export interface SourceConstant {
  readonly value: number;
  readonly side: 'reference' | 'subject' | 'both';
}

/** A fuzz target: what is compared with what, and with which ops and values. */
export interface Target {
  /** Also the name of its file and of its folder of cases, see `targetName`. */
  readonly name: string;
  readonly about: string;
  /** A subject, or the ideal counter, which only a counter can be compared with. */
  readonly reference: Subject | 'ideal';
  readonly subject: Subject;
  /** The most threads a program has, 1 to 4. */
  readonly threads: number;
  /** Op names that both sides have. */
  readonly ops: readonly string[];
  /** Values to start from (counters) or named states (schemes). */
  readonly initial: readonly (number | string)[];
  /** Values to use as arguments. Empty when no op takes any. */
  readonly arguments: readonly number[];
  /** Those that the target file lists, in its order, or the usual ones of the kind. */
  readonly oracles: readonly OracleName[];
  /** Of a counter: how it is meant to be used. Absent: `holders`. */
  readonly discipline?: Discipline;
  /** Absent: `sc`. See `withMemory`. */
  readonly memory?: 'kernel';
  /** Of a scheme under `sc`: it is asked all the same what memory orders make of uses and frees. See `withUses`. */
  readonly asksUses?: true;
  /** The target whose known signatures are known here as well: its subject behaves like this one's. */
  readonly known?: string;
  /** Numbers in its C sources that something is compared with. */
  readonly constants?: readonly SourceConstant[];
}

/** Where programs of a counter start when nobody says: around each boundary, and deep in saturation. */
export const USUAL_STARTS: readonly number[] = [
  0,
  1,
  2,
  -1,
  INT_MAX - 1,
  INT_MAX,
  INT_MIN,
  REFCOUNT_SATURATED,
];
/** What ops of a counter are given when nobody says. */
export const USUAL_ARGUMENTS: readonly number[] = [0, 1, 2, -1, INT_MAX, INT_MIN];
