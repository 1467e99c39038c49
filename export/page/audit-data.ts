/*
 * What the page of an audit is made of, as plain JSON. As on all pages the values are text already: verdicts have their words,
 * ops what their results decide. The browser filters, and judges nothing.
 */

/** An audit, for its page. */
export interface AuditData {
  readonly tree: string;
  /** The answer in a sentence, and what it does not cover. */
  readonly answer: string;
  readonly uncovered: readonly string[];
  /** Every verdict, in the order of reports, and what it means. */
  readonly verdicts: readonly VerdictData[];
  /** In the order of reports. */
  readonly counters: readonly CounterData[];
}

/** A verdict, for its badge and its legend. */
export interface VerdictData {
  readonly verdict: string;
  readonly word: string;
  readonly means: string;
}

/** A counter, with all that a reader needs to agree or not. What is absent is not there. */
export interface CounterData {
  /** Also its address. */
  readonly id: string;
  readonly type: string;
  readonly subsystem: string;
  readonly declared: LineData;
  readonly comment?: string;
  readonly verdict: string;
  readonly protocol: string;
  readonly rule: string;
  readonly confidence: string;
  readonly doubts?: readonly string[];
  readonly remedy: string;
  /** A misuse that the baseline lists. */
  readonly isKnown?: true;
  readonly reasons: readonly { readonly what: string; readonly places: readonly LineData[] }[];
  readonly sites: readonly SiteData[];
  readonly escapes?: readonly (LineData & { readonly what: string })[];
  readonly embeddedIn?: readonly string[];
}

/** A line of source. */
export interface LineData {
  /** `net/peer.c:31` */
  readonly at: string;
  readonly text: string;
}

/** An op. */
export interface SiteData extends LineData {
  readonly fn?: string;
  /** `cmpxchg(0, -1)` */
  readonly op: string;
  /** What its result decides, a line each. */
  readonly uses?: readonly string[];
  readonly locks?: string;
  /** How it came to be charged to this counter, where that is not plain. */
  readonly way?: string;
}
