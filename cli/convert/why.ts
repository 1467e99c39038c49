import { originalOf, SwitchedModule } from '../../convert/module/switched-scheme.ts';
import { baseHarness } from '../../convert/search/decide.ts';
import { forbids, targetOf } from '../../convert/search/judge.ts';
import type { Refutation, SearchResult } from '../../convert/search/state.ts';
import { answerReport, answerSentence } from '../../export/report/answer-report.ts';
import type { Style } from '../../export/show/style.ts';
import { programOf } from '../../fuzz/case/program-text.ts';
import { fenceRepair, repairText } from '../../fuzz/cause/fence-repair.ts';
import { answerProgram } from '../../fuzz/check/answer.ts';
import { schemeComparison } from '../../fuzz/judge/compare-schemes.ts';
import type { ProgramText } from '../../fuzz/program/program.ts';
import { type Harness, harnessOf } from '../../fuzz/run/harness.ts';
import type { Scheme } from '../../targets/subject/subject.ts';
import { withoutMemory } from '../../targets/target/memory.ts';
import type { Conversion } from './conversion.ts';

/** What forbids a form of a site. */
export interface Forbidden {
  readonly site: string;
  readonly line: number;
  readonly form: string;
  readonly bias: string;
  /** The smallest program in which candidates with that form part from the original. */
  readonly program: string;
  /** In a sentence. */
  readonly sentence: string;
  /** Where memory orders alone forbid it: what would have to be ordered more strongly, as far as that is found. */
  readonly order?: string;
  /** The other sites that its ops come to, as they were then. */
  readonly others: readonly string[];
  /** Drawn, where somebody asked for the site. */
  readonly drawing: (style: Style) => readonly string[];
}

/**
 * Why there is no conversion, site by site: for each form the smallest program that forbids it; or that of one site that somebody
 * asks for.
 */
export function explanations(
  conversion: Conversion,
  result: SearchResult,
  {
    explain,
    limit,
    isOver,
  }: { readonly explain?: string; readonly limit: number; readonly isOver?: () => boolean },
): Forbidden[] {
  const isFound = result.decided.some(({ kind }) => kind === 'equivalent' || kind === 'loses');
  if (explain === undefined && isFound) return [];
  const { menu } = conversion;
  const tell = teller(conversion, limit);
  return menu.sites.flatMap((site, at) => {
    if (explain !== undefined && site.name !== explain) return [];
    return menu.shifts.flatMap((shift, number) =>
      menu.forms[at]!.flatMap((form, formAt) => {
        const smallest = smallestFor(result.refutations, number, at, formAt);
        if (!smallest) return [];
        // The program says it all; what it shows is told of as many as there is time for.
        const isUntold = isOver?.() === true;
        const others = smallest.clause.forms.filter(([other]) => other !== at);
        return [
          {
            site: site.name,
            line: site.line,
            form: form.name,
            bias: shift.where === 'everywhere' ? `${shift.bias}` : `${shift.bias} (${shift.where})`,
            program: programText(smallest.program),
            others: others.map(
              ([other, chosen]) => `${menu.sites[other]!.name}=${menu.forms[other]![chosen]!.name}`,
            ),
            ...(isUntold ? untold(smallest) : tell(smallest)),
          },
        ];
      }),
    );
  });
}

/**
 * Where nothing converts: what the original itself does wrong in a program that refuted something. There it is no wonder, and whoever
 * mends the original may ask again.
 *
 * @returns `use after free in "idle: reap | reap"`; undefined where it does nothing wrong in these programs
 */
export function unsoundOriginal(
  { data }: Conversion,
  { refutations, decided }: SearchResult,
  { limit, isOver }: { readonly limit: number; readonly isOver: () => boolean },
): string | undefined {
  if (decided.some(({ kind }) => kind === 'equivalent' || kind === 'loses')) return undefined;
  const harness = baseHarness(originalOf(data));
  const comparison = schemeComparison(harness, limit);
  const programs = new Map(refutations.map(({ program }) => [programText(program), program]));
  const smallestFirst = [...programs].sort(
    ([, one], [, other]) => one.threads.flat().length - other.threads.flat().length,
  );
  for (const [text, program] of smallestFirst) {
    if (isOver()) return undefined;
    const [fact] = comparison.referenceCan(programOf(harness, program))?.facts ?? [];
    if (fact !== undefined) return `${fact.replaceAll('-', ' ')} in "${text}"`;
  }
  return undefined;
}

/** What there was no time to run once more. */
function untold({ program }: Refutation) {
  const sentence = `does harm in "${programText(program)}"; there was no time to say which (--time)`;
  return { sentence, drawing: () => [] };
}

/**
 * What a conversion never ends as, where the original can: which is no harm by itself.
 *
 * @returns by the program that tells it, for the simplest few
 */
export function lostOutcomes(
  conversion: Conversion,
  { decided }: SearchResult,
  { limit, isOver }: { readonly limit: number; readonly isOver: () => boolean },
): Map<Refutation, string> {
  const losing = decided.filter(({ kind }) => kind === 'loses').slice(0, MOST_LOST);
  const refutations = new Set(losing.flatMap(({ refutation }) => refutation ?? []));
  const answerOf = answerer(conversion, limit);
  // What is lost is told of as many as there is time for; of the others, that something is.
  return new Map(
    [...refutations].flatMap((refutation) => {
      if (isOver()) return [];
      const { answer } = answerOf(refutation);
      const outcomes = answer.lost?.examples.map(({ outcome }) => outcome) ?? [];
      return [[refutation, outcomes.join('; ')] as const];
    }),
  );
}

/** A report names these one by one. */
const MOST_LOST = 12;

/** The fewest ops, then the fewest sites that have a part in it. */
function smallestFor(
  refutations: readonly Refutation[],
  shift: number,
  site: number,
  form: number,
): Refutation | undefined {
  // What changes something, or loses an outcome, forbids nothing: the reader asks why there is no conversion.
  const own = refutations.filter(
    ({ kind, clause }) =>
      kind === 'forbidden' &&
      clause.shift === shift &&
      clause.forms.some(([other, chosen]) => other === site && chosen === form),
  );
  const size = ({ program, clause }: Refutation) =>
    program.threads.flat().length * 1000 + clause.forms.reduce((sum, [, chosen]) => sum + 10 + chosen, 0);
  return own.sort((one, other) => size(one) - size(other))[0];
}

/** `idle: lookup | put` */
export function programText({ start, threads }: ProgramText): string {
  return `${start}: ${threads.map((ops) => ops.join(', ')).join(' | ')}`;
}

/** Tells what a program shows of a candidate, by the same words as `check --program`. */
function teller(conversion: Conversion, limit: number) {
  const answerOf = answerer(conversion, limit);
  const told = new Map<Refutation, Pick<Forbidden, 'sentence' | 'drawing' | 'order'>>();
  return (refutation: Refutation) => {
    const known = told.get(refutation);
    if (known) return known;
    const { harness, program, answer } = answerOf(refutation);
    const order = ofOrderAlone(harness, refutation, limit);
    const made = {
      sentence: answerSentence(harness, program, answer),
      ...(order !== undefined && { order }),
      drawing: (style: Style) => answerReport(harness, program, answer, style),
    };
    told.set(refutation, made);
    return made;
  };
}

/** What of order is missing, where with accesses in one order nothing would forbid the conversion; undefined where something else does. */
function ofOrderAlone(harness: Harness, { program: text }: Refutation, limit: number): string | undefined {
  const { target } = harness;
  if (target.memory === undefined) return undefined;
  const plain = harnessOf(withoutMemory(target));
  const divergences = [
    ...(schemeComparison(plain, limit).compare(programOf(plain, text))?.divergences.values() ?? []),
  ].map(({ divergence }) => divergence);
  if (forbids({ divergences, isLosing: false, isStrange: false })) return undefined;
  const edits = fenceRepair(harness, programOf(harness, text));
  return edits ? repairText(edits) : 'more than two accesses that are more strongly ordered';
}

/** Runs the program of a refutation on the original and on one of the candidates that it speaks of. */
function answerer({ data, before }: Conversion, limit: number) {
  const reference = originalOf(data);
  const module = new SwitchedModule(data);
  return ({ example, program: text }: Refutation) => {
    const target = targetOf(reference, module, example);
    const harness = harnessOf({
      ...target,
      reference: { ...(target.reference as Scheme), name: before },
      subject: { ...(target.subject as Scheme), name: 'the conversion' },
    });
    const program = programOf(harness, text);
    return { harness, program, answer: answerProgram(harness, program, limit) };
  };
}
