import type { Candidate } from '../../convert/menu/candidate.ts';
import type { Decided, Refutation, SearchResult } from '../../convert/search/state.ts';
import { asKref } from '../../convert/write/kref.ts';
import { ORDER_WORDS, orderingNotes } from '../../convert/write/ordering.ts';
import { grouped } from '../../export/report/grouped.ts';
import { memoryLimits } from '../../export/show/memory-limits.ts';
import type { Style } from '../../export/show/style.ts';
import { answerLine, choiceText } from './answer-line.ts';
import type { Conversion } from './conversion.ts';
import { type Forbidden, programText } from './why.ts';

/** What a report is made of, besides the search. */
export interface ReportParts {
  readonly why: readonly Forbidden[];
  /** What the original itself does wrong, where nothing converts. */
  readonly unsound: string | undefined;
  /** Whether the programs are drawn: of one site that somebody asks for. */
  readonly isDrawn: boolean;
  /** What conversions that do nothing new never end as. */
  readonly lost: ReadonlyMap<Refutation, string>;
  readonly diff: string;
  readonly seconds: number;
  readonly style: Style;
}

/** Conversions of a kind that are listed; the others are counted. */
const LISTED = 12;

/**
 * What came of a search, for a person: the answer in a line, the conversions with the simplest first, its diff and what it orders
 * less; or why there is none.
 */
export function convertReport(conversion: Conversion, result: SearchResult, parts: ReportParts): string[] {
  const { style, why, isDrawn, diff, lost } = parts;
  const by = (kind: Decided['kind']) => result.decided.filter((one) => one.kind === kind);
  const best = [...by('equivalent'), ...by('loses')][0];
  return [
    style.bold(answerLine(conversion, result)),
    ...(parts.unsound === undefined
      ? []
      : [
          style.bold(
            `${conversion.before} is itself unsound: ${parts.unsound}; mend that first: refuzz check ${conversion.before}`,
          ),
        ]),
    ...listed(conversion, 'equivalent', by('equivalent'), lost),
    ...listed(conversion, 'nothing new, but outcomes are lost', by('loses'), lost),
    ...listed(conversion, 'changes something that is for your callers to judge', by('changes'), lost),
    ...listed(conversion, 'not decided', by('undecided'), lost),
    ...(best && diff ? ['', ...diff.trimEnd().split('\n')] : []),
    ...(best ? limitedLines(conversion, best.candidate) : []),
    ...(best ? orderLines(conversion, best.candidate) : []),
    ...(best ? krefLines(conversion, best.candidate) : []),
    ...whyLines(conversion, why, style, isDrawn),
    ...(why.some(({ order }) => order !== undefined) ? ORDER_NOTE : []),
    '',
    coveredLine(conversion, result, parts),
    ...unmetLines(result),
    `limits: ${memoryLimits({ ...(conversion.data.memory === 'kernel' && { memory: 'kernel' }), subject: { kind: 'scheme' } })}; schedules are fair; programs up to this size, from these states only; forms of the menu only`,
  ];
}

/**
 * The conversions of a kind, each by what it chooses that is not the nearest, with the program that tells it from the original.
 *
 *     equivalent:
 *        1  bias 1, the op of the same shape at each site
 *        2  bias 1, peer_put dec_and_test
 *           and 10 more
 */
function listed(
  { menu }: Conversion,
  title: string,
  decided: readonly Decided[],
  lost: ReportParts['lost'],
): string[] {
  if (decided.length === 0) return [];
  const shown = decided
    .slice(0, LISTED)
    .map(
      (one, at) =>
        `  ${String(at + 1).padStart(2)}  ${choiceText(menu, one.candidate)}${besideText(one, lost)}`,
    );
  const rest = decided.length > LISTED ? [`      and ${grouped(decided.length - LISTED)} more`] : [];
  const isLosing = decided.some(({ kind }) => kind === 'loses');
  const isGuarded = decided.slice(0, LISTED).some(({ guards = [] }) => guards.length > 0);
  return [
    '',
    `${title}:`,
    ...shown,
    ...rest,
    ...(isLosing ? LOSS_NOTE : []),
    ...(isGuarded ? GUARD_NOTE : []),
  ];
}

/** What is said of one beside its name: what tells it from the original, why it is not decided, what is a guard. */
function besideText(
  { refutation, missing, within, isUnasked, guards = [] }: Decided,
  lost: ReportParts['lost'],
): string {
  if (missing) return `   (${missing.join(', ')}: nothing is said of it)`;
  if (isUnasked)
    return '   (nothing differs; there was no time to see whether it does all that its code can do: --time)';
  const told = refutation && `${toldText(refutation, lost)} in "${programText(refutation.program)}"`;
  if (within)
    return `   (${told ?? 'nothing differs'} within ${within.threads} × ${within.ops}; there was no time for more: --time)`;
  if (told) return `   (${told})`;
  return guards.length > 0 ? `   [guards: ${guards.map((name) => `--never ${name}`).join(' ')}]` : '';
}

/** What stands behind a list in which there are guards. */
const GUARD_NOTE = [
  '  guards: a test that no program needs; whichever way it goes, the op does the same. check asks for these options then',
];

/** What stands behind a list of conversions that lose outcomes. */
const LOSS_NOTE = [
  '  nothing new: whatever they end as, the original can end as too; what is named never happens with them. Those that',
  '  lose in the fewest programs come first: one that keeps a reference for ever never frees, and loses in many',
];

/**
 * What a candidate does otherwise, in a few words.
 *
 *     changes: resurrects of get            by the judge of `check`
 *     never ends as get: granted, …         an outcome that only the original has
 */
function toldText(refutation: Refutation, lost: ReportParts['lost']): string {
  if (refutation.kind === 'undecided') return 'too many states, or too many turns of a loop,';
  const [first] = refutation.divergences;
  if (first) return `${first.judgement}: ${first.kind} of ${first.op}`;
  if (refutation.ofObject === 'stays') return 'changes: the object stays, which the original frees,';
  if (refutation.ofObject === 'goes') return 'changes: frees the object, which the original leaves,';
  if (refutation.kind === 'changes') return 'ends as the original cannot';
  const outcomes = lost.get(refutation);
  return outcomes ? `never ends as ${outcomes}` : 'lacks an outcome';
}

/** What only later kernels have, and what a site does not tell any more. */
function limitedLines({ menu, path }: Conversion, { forms }: Candidate): string[] {
  const lines = menu.sites.flatMap((site, at) => {
    const { name, text = '' } = menu.forms[at]![forms[at]!]!;
    const op = /__refcount_\w+_limited_acquire/.exec(text)?.[0];
    const isDumb = site.kind === 'op' && site.loop?.tellsCount && name !== 'none';
    return [
      ...(op === undefined ? [] : [`${path}:${site.line}  ${op} is there since v6.15`]),
      ...(isDumb
        ? [
            `${path}:${site.line}  told the count, and tells only whether it was granted: see that no other caller needs it`,
          ]
        : []),
    ];
  });
  return lines.length === 0 ? [] : ['', ...lines];
}

/** With the line of the source as it was: there the reader looks for what relies on the barrier. */
function orderLines({ menu, path, data }: Conversion, candidate: Candidate): string[] {
  const notes = orderingNotes(menu, candidate);
  if (notes.length === 0) return [];
  const lines = notes.map(({ site, was, is, op }) => {
    const now = op === undefined ? 'nothing is left' : `refcount_${op} has ${ORDER_WORDS[is]}`;
    return `  ${path}:${site.line}  ${site.op} is ${ORDER_WORDS[was]}; ${now}`;
  });
  if (data.memory !== 'kernel')
    return [
      '',
      'orders less than before (checked in programs of two ops is that uses come before the free; the rest is not):',
      ...lines,
    ];
  return [
    '',
    'orders less than before:',
    ...lines,
    '  checked (--memory kernel): in every program, what frees the object comes behind the last use of each thread as before',
    '  not checked: whatever else relies on it: reads and writes of other words, and code that is not in the source',
  ];
}

/** Whether it could be a kref as well: the ops are the same by other names, and what frees goes with the put. */
function krefLines({ menu, path, read }: Conversion, candidate: Candidate): string[] {
  const told = asKref(menu, candidate, (file) => read.source.files.get(file)!);
  if (!told) return [];
  if ('why' in told) return ['', `no kref: ${path}:${told.site.line}  ${told.why}`];
  const lines = told.ops.map(({ site, text }) => `  ${path}:${site.line}  ${text}`);
  return ['', 'a kref would do the same:', ...lines];
}

/**
 * Site by site. Forms that fall to one program in the same way are one line, and all forms of a site are `every form`: there is the
 * reason, mostly.
 */
function whyLines({ menu }: Conversion, why: readonly Forbidden[], style: Style, isDrawn: boolean): string[] {
  // A site that has no conversion at all is told in the first line, and has no program.
  const names = [...new Set(why.map(({ site }) => site))];
  return names.flatMap((name) => {
    const own = why.filter(({ site }) => site === name);
    const forms = menu.forms[menu.sites.findIndex((site) => site.name === name)]!.length;
    const drawn = isDrawn ? own.flatMap(({ drawing }) => ['', ...drawing(style)]) : [];
    const alike = new Map<string, Forbidden[]>();
    for (const one of own) {
      const key = `${one.bias} ${one.sentence} ${one.order}`;
      alike.set(key, [...(alike.get(key) ?? []), one]);
    }
    const lines = [...alike.values()].map((group) => {
      const [{ bias, sentence, order, others }] = group as [Forbidden];
      const which =
        group.length === forms && forms > 1 ? 'every form' : group.map(({ form }) => form).join(', ');
      const beside = others.length > 0 ? `   [with ${others.join(', ')}]` : '';
      return `  ${which}, bias ${bias}: ${sentence}${order === undefined ? '' : `; it takes ${order}`}${beside}`;
    });
    return ['', style.bold(`${name} (line ${own[0]!.line}):`), ...lines, ...drawn];
  });
}

/** What stands behind sites at which memory orders alone forbid a form. */
const ORDER_NOTE = [
  '',
  'where it takes an order: the value is right, and the op orders less than the one that was there. A barrier that is written',
  'out stays, whatever the op becomes: smp_mb__before_atomic() in front of it, smp_mb__after_atomic() behind it; then ask again',
];

/** What the proof says nothing about, because no program comes to it. A larger scope, or another state, may. */
function unmetLines({ unmet = [] }: SearchResult): string[] {
  return unmet.length === 0 ? [] : [`met by no program, so nothing is said of it: ${unmet.join(', ')}`];
}

/** How much was looked at, so that a reader can weigh the answer. */
function coveredLine(
  { menu }: Conversion,
  { total, decided, forbidden, open, programs, states, refutations }: SearchResult,
  { seconds }: ReportParts,
): string {
  const counts = [
    `${grouped(menu.sites.length)} sites, ${grouped(total)} candidates: ${grouped(decided.length)} left`,
    `${grouped(forbidden)} refuted by ${grouped(new Set(refutations.map(({ program }) => programText(program))).size)} programs`,
    ...(open > 0 ? [`${grouped(open)} not looked at`] : []),
  ];
  return `covered: ${counts.join(', ')}; ${grouped(programs)} programs, ${grouped(states)} states in ${seconds.toFixed(1)} s`;
}
