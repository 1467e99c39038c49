import { NAMES_WORD } from '../../fuzz/run/access.ts';
import type { OpOutcome, TransitionTrees } from '../../fuzz/run/transition-trees.ts';
import { isWideAccess } from '../../fuzz/run/wide-words.ts';
import { hasResult, type Step } from './recorded-ops.ts';
import { Inexpressible } from './reproduced-case.ts';

/** Runs of one op merged: what it does first, and what next for each result that was seen. */
export interface Branch {
  /** The access; negative where no run went on. */
  node: number;
  readonly next: Map<number, Branch>;
  outcome?: OpOutcome;
}

/** Ops as far as some runs went: decision trees over the results of their accesses, in no language yet. */
export class DecisionTrees {
  readonly trees: TransitionTrees;
  readonly #roots = new Map<number, Branch>();
  /** Kinds of access that some op makes. */
  readonly kinds = new Set<number>();
  /** Words that some op touches, by number. */
  readonly words = new Set<number>();

  constructor(trees: TransitionTrees) {
    this.trees = trees;
  }

  /** Adds what an op did in one run. */
  add(call: number, steps: readonly Step[], outcome: OpOutcome | undefined): void {
    let branch = childOf(this.#roots, call);
    for (const { node, result } of steps) {
      branch.node = node;
      this.kinds.add(this.trees.kind[node]!);
      if (isWideAccess(this.trees, node))
        throw new Inexpressible(
          'it touches a word of 64 bits, or two words at once: reproducers have words of 32',
        );
      if (NAMES_WORD[this.trees.kind[node]!]) this.words.add(this.trees.word[node]!);
      branch = childOf(branch.next, result);
    }
    if (outcome) branch.outcome = outcome;
  }

  /** The ops by call, in the order in which they were added. */
  get roots(): ReadonlyMap<number, Branch> {
    return this.#roots;
  }
}

function childOf(branches: Map<number, Branch>, key: number): Branch {
  const known = branches.get(key);
  if (known) return known;
  const branch: Branch = { node: -1, next: new Map() };
  branches.set(key, branch);
  return branch;
}

/** How a language writes the parts of a tree. All functions give lines. */
export interface TreeSyntax {
  /** @param result names what the access reads; undefined when it reads nothing that matters */
  access(node: number, result: string | undefined): string[];
  /** The condition that a result is one of some values. */
  isOneOf(result: string, values: readonly number[]): string;
  when(condition: string, lines: readonly string[]): string[];
  /** Stops where the result is none of those recorded. */
  unlessOneOf(result: string, values: readonly number[]): string[];
  /** The runs went no further. */
  unrecorded(): string[];
  leave(outcome: OpOutcome): string[];
}

/**
 * A tree as the body of a function. Results after which the op does the same share a branch; the last one has no
 * condition, but a guard: a result that was not recorded is no verdict.
 *
 *     load ─ 1 → return "1"          r0 = load
 *          ├ 2 → return "2"      →   if r0 is 1: return "1"
 *          └ 3 → return "2"          unless r0 is 2 or 3: stop
 *                                    return "2"
 */
export function treeLines(trees: TransitionTrees, branch: Branch, syntax: TreeSyntax, depth = 0): string[] {
  if (branch.outcome) return syntax.leave(branch.outcome);
  if (branch.node < 0) return syntax.unrecorded();
  if (!hasResult(trees.kind[branch.node]!)) {
    const [after] = branch.next.values();
    return [...syntax.access(branch.node, undefined), ...treeLines(trees, after!, syntax, depth)];
  }
  const name = `r${depth}`;
  const ways = waysOf(branch, (child) => treeLines(trees, child, syntax, depth + 1));
  const last = ways.pop()!;
  return [
    ...syntax.access(branch.node, name),
    ...ways.flatMap(({ results, lines }) => syntax.when(syntax.isOneOf(name, results), lines)),
    ...syntax.unlessOneOf(name, last.results),
    ...last.lines,
  ];
}

/** What follows for which results; results after which the same follows stand together. */
export function waysOf(
  branch: Branch,
  render: (child: Branch, result: number) => string[],
): { readonly results: number[]; readonly lines: string[] }[] {
  const ways: { results: number[]; lines: string[] }[] = [];
  for (const [result, child] of branch.next) {
    const lines = render(child, result);
    const same = ways.find((way) => way.lines.join('\n') === lines.join('\n'));
    if (same) same.results.push(result);
    else ways.push({ results: [result], lines });
  }
  return ways;
}
