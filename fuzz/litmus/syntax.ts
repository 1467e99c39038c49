/** A litmus test of the kernel's, as it is written. */
export interface LitmusTest {
  readonly file: string;
  readonly name: string;
  /** What the words hold at first, and what they are called, in the order in which they are named. */
  readonly words: ReadonlyMap<string, Initial>;
  /** What registers hold at first: `0:r1=1`. */
  readonly registers: readonly {
    readonly thread: number;
    readonly name: string;
    readonly initial: Initial;
  }[];
  readonly threads: readonly Thread[];
  /** Executions that do not meet it are left out. */
  readonly filter: Formula | undefined;
  readonly condition: Condition;
  /** Shown besides what the condition names. */
  readonly locations: readonly Observed[];
  /** The comment `Result:`, which the kernel's tests have. */
  readonly expected: Expected | undefined;
}

/** How often something is seen, in the words of the kernel's tests. */
export type Observation = 'Never' | 'Sometimes' | 'Always' | 'DEADLOCK';

/** What a test says of itself. */
export interface Expected {
  readonly observation: Observation;
  readonly isRace: boolean;
  readonly line: number;
}

/** A number, or the word that is pointed to. */
export type Initial = number | { readonly pointsTo: string };

/** `P0(int *x) { … }` */
export interface Thread {
  readonly parameters: readonly string[];
  readonly body: readonly Statement[];
}

/** Where something stands, and how it is written. */
export interface Placed {
  readonly line: number;
  readonly column: number;
  readonly text: string;
}

/** A statement of the threads' C. */
export type Statement =
  | { readonly kind: 'assign'; readonly to: Expression; readonly value: Expression; readonly at: Placed }
  | { readonly kind: 'call'; readonly call: Expression; readonly at: Placed }
  | {
      readonly kind: 'if';
      readonly condition: Expression;
      readonly then: readonly Statement[];
      readonly otherwise: readonly Statement[];
      readonly at: Placed;
    };

/** An expression of the threads' C. */
export type Expression =
  | { readonly kind: 'number'; readonly value: number; readonly at: Placed }
  | { readonly kind: 'name'; readonly name: string; readonly at: Placed }
  | { readonly kind: 'follow' | 'address'; readonly of: Expression; readonly at: Placed }
  | { readonly kind: 'unary'; readonly op: string; readonly of: Expression; readonly at: Placed }
  | {
      readonly kind: 'binary';
      readonly op: string;
      readonly left: Expression;
      readonly right: Expression;
      readonly at: Placed;
    }
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly args: readonly Expression[];
      readonly at: Placed;
    };

/** A register at the end of its thread, or a word at the end of the program. */
export type Observed =
  | { readonly kind: 'register'; readonly thread: number; readonly name: string }
  | { readonly kind: 'word'; readonly name: string };

/** What is asked of an execution. */
export type Formula =
  | { readonly kind: 'true' | 'false' }
  | { readonly kind: 'equal'; readonly one: Observed; readonly other: Initial | Observed }
  | { readonly kind: 'not'; readonly of: Formula }
  | {
      readonly kind: 'and' | 'or' | 'implies';
      readonly left: Formula;
      readonly right: Formula;
    };

/** What is asked of all of them. */
export interface Condition {
  readonly quantifier: 'exists' | '~exists' | 'forall';
  readonly formula: Formula;
  /** As it is written. */
  readonly text: string;
}
