import type { Node } from 'web-tree-sitter';
import { type Cuts, type Edit, linesIn, type Slice } from './cut.ts';
import {
  baseOf,
  type Call,
  callsIn,
  type FunctionFacts,
  identifiersIn,
  membersIn,
} from './function-facts.ts';
import { declaredName } from './source-index.ts';
import { type Body, bodyOf, isAct, isTold, jumps, type Unit } from './statements.ts';
import { isFor } from './vocabulary.ts';

/** What a slice is made by; `members` grows with what kept conditions ask for. */
export interface Criterion {
  /** `struct peer *`, and other spellings of a pointer to the object. */
  readonly objectTypes: ReadonlySet<string>;
  /** Members of any structure on which a kept statement depends. */
  readonly members: Set<string>;
  /** Names in kept statements that are no variables of their function: whoever sets one of these has a part. */
  readonly globals: Set<string>;
  /** Ranges of ops on the counter in this file. */
  readonly sites: readonly (readonly [from: number, to: number])[];
  /** It is run by another function, not by itself. */
  readonly isCalled: boolean;
  /** Functions of the tree that are taken as well. */
  readonly takes: (call: Call, facts: FunctionFacts, vars: ReadonlySet<string>) => boolean;
}

/**
 * Takes out of a function what has no part in the protocol, by a backward slice: from the ops on the counter, locks, lists and
 * frees of the object, to what these depend on. A branch with a jump stays if its condition is about the object or a variable
 * that matters; a branch that is taken out counts as never taken, and leaves a comment.
 *
 *     static void peer_put(struct peer *peer)
 *     {
 *     	trace_peer(peer->name);                    goes
 *     	if (peer->net->exiting)                    goes, with what stands in it
 *     		peer_log(peer);
 *     	if (atomic_dec_and_test(&peer->refs))      stays
 *     		kfree(peer);
 *     }
 */
export function sliceOf(facts: FunctionFacts, criterion: Criterion): Slice {
  const slicer = new Slicer(facts, criterion);
  return slicer.slice();
}

class Slicer {
  readonly #facts: FunctionFacts;
  readonly #by: Criterion;
  /** Variables that matter: those of the object's type, and what kept statements depend on. */
  readonly #vars: Set<string>;
  readonly #kept = new Set<Unit>();

  constructor(facts: FunctionFacts, by: Criterion) {
    this.#facts = facts;
    this.#by = by;
    // `struct peer **` walks along a chain of objects.
    const isObject = ([, type]: readonly [string, string]) => by.objectTypes.has(type.replace('**', '*'));
    this.#vars = new Set([...facts.variables].filter(isObject).map(([name]) => name));
  }

  slice(): Slice {
    const body = bodyOf(this.#facts.body);
    // Each round can make more variables matter, and with them more statements; both only grow.
    for (let before = -1; before !== this.#size(); ) {
      before = this.#size();
      this.#visit(body, true);
    }
    const cuts: Cuts = { edits: [], kept: [], emptied: [] };
    // A callback of which nothing is left would be one that does nothing.
    this.#cut(body, cuts, this.#by.isCalled);
    return { facts: this.#facts, ...cuts };
  }

  /** Grows as long as a round finds something new. */
  #size(): number {
    return this.#kept.size + this.#vars.size + this.#by.members.size + this.#by.globals.size;
  }

  /** @returns whether anything but jumps stays in it */
  #visit(body: Body, isOnPath: boolean): boolean {
    let matters = false;
    for (const unit of body.units) matters = this.#visitUnit(unit, isOnPath) || matters;
    return matters;
  }

  /**
   * One statement, and those in it.
   *
   * - A jump stays where the way to it stays; alone it is no reason to keep the branch around it.
   * - A branch stays if something in it stays, or if its condition is about what matters and it leaves: a lookup that gives up
   *   where `peer->dead` is set does something else without that line.
   *
   * @returns whether more than jumps and declarations stays
   */
  #visitUnit(unit: Unit, isOnPath: boolean): boolean {
    if (unit.kind === 'jump') {
      if (!isOnPath) return false;
      this.#keep(unit);
      return this.#hasOp(unit.heads[0]!) || unit.heads[0]!.text.startsWith('goto');
    }
    const [head] = unit.heads;
    if (unit.kind === 'simple' || unit.kind === 'declaration') {
      if (!this.#statementMatters(unit.kind, head!)) return false;
      // A variable that is declared and read nowhere else has no part by that alone.
      return this.#keep(unit) && unit.kind === 'simple';
    }
    const inside = unit.bodies.map((one) => this.#visit(one, false)).some(Boolean);
    if (unit.kind === 'block' || unit.kind === 'label') {
      for (const one of unit.bodies) this.#visit(one, isOnPath);
      return this.#keep(unit) && inside;
    }
    const asks = unit.heads.some((one) => this.#conditionMatters(one));
    const acts = unit.heads.some((one) => this.#hasOp(one) || this.#expressionMatters(one));
    if (!inside && !acts && !(asks && jumps(unit))) return false;
    this.#keep(unit);
    for (const one of unit.bodies) this.#visit(one, true);
    return true;
  }

  #keep(unit: Unit): true {
    if (unit.kind !== 'declaration' || this.#hasOp(unit.heads[0]!)) this.#dependOn(unit.heads);
    else for (const head of unit.heads) this.#dependOn([head]);
    this.#kept.add(unit);
    return true;
  }

  /** What a kept statement names matters from now on: who sets these variables and members stays in the next round. */
  #dependOn(heads: readonly Node[]): void {
    for (const head of heads) {
      for (const name of identifiersIn(head))
        if (this.#facts.variables.has(name)) this.#vars.add(name);
        else this.#by.globals.add(name);
      for (const name of membersIn(head)) this.#by.members.add(name);
    }
  }

  /** An op on the counter stands in it. */
  #hasOp(node: Node): boolean {
    return this.#by.sites.some(([from, to]) => from < node.endIndex && to > node.startIndex);
  }

  /** An op in a message to the log is passed over: `pr_debug("%d\\n", atomic_read(&peer->refs))`. */
  #statementMatters(kind: Unit['kind'], node: Node): boolean {
    if (isTold(node)) return false;
    if (this.#hasOp(node)) return true;
    if (kind === 'declaration') {
      const names = node.childrenForFieldName('declarator').map((one) => declaredName(one) ?? '');
      if (names.some((name) => this.#vars.has(name))) return true;
    }
    return this.#expressionMatters(node);
  }

  #expressionMatters(node: Node): boolean {
    return callsIn(node).some((call) => this.#callMatters(call)) || this.#assigns(node);
  }

  /** A list, a word or a free has a part if it is about a variable or a member that has one; a lock always. */
  #callMatters(call: Call): boolean {
    const { callee } = call;
    if (callee === '' || isFor(callee, 'neutral')) return false;
    // `LIST_HEAD(gone);` is a declaration, though it looks like a call.
    if (/^(?:H?LIST_HEAD|DEFINE_|DECLARE_)/.test(callee))
      return this.#by.globals.has(call.args[0]?.text ?? '');
    if (this.#by.takes(call, this.#facts, this.#vars)) return true;
    if (isFor(callee, 'lock')) return true;
    const isAboutObject = call.args.some((arg) => this.#vars.has(baseOf(arg)));
    if (!isFor(callee, 'structure', 'time', 'word'))
      return isFor(callee, 'free', 'ends') && call.args.some((arg) => this.#isObject(arg));
    // `WRITE_ONCE(shared, box)`: what some kept condition looks at is set.
    const [first] = call.args;
    const target = first?.type === 'pointer_expression' ? first.namedChildren[0] : first;
    if (target && this.#isShared(target)) return true;
    return (
      isAboutObject || call.args.some((arg) => [...membersIn(arg)].some((one) => this.#by.members.has(one)))
    );
  }

  /** The object itself, not a member of it; also where it is made out of one: `kfree(to_peer(head))`. */
  #isObject(arg: Node): boolean {
    if (this.#by.objectTypes.has(this.#facts.variables.get(arg.text) ?? '')) return true;
    if (arg.type !== 'call_expression') return false;
    // The grammar takes `struct peer` for no argument, so the text is asked.
    const named = /\b(struct|union)[ _](\w+)/.exec(arg.text);
    return (
      this.#by.objectTypes.has(`${named?.[1]} ${named?.[2]} *`) ||
      /^to_|_of$/.test(callsIn(arg)[0]?.callee ?? '')
    );
  }

  /** A variable that matters is set, or a member that some kept condition asks for, of the object or of what leads to it. */
  #assigns(node: Node): boolean {
    const targets = [
      ...node.descendantsOfType('assignment_expression').map((one) => one?.childForFieldName('left')),
      ...node.descendantsOfType('update_expression').map((one) => one?.childForFieldName('argument')),
    ];
    return targets.some((target) => {
      if (!target) return false;
      if (target.type === 'identifier') return this.#vars.has(target.text) || this.#isShared(target);
      const isAbout = this.#vars.has(baseOf(target)) || !this.#isLocal(target);
      if (target.type === 'pointer_expression') return isAbout;
      return isAbout && [...membersIn(target)].some((member) => this.#by.members.has(member));
    });
  }

  #isLocal(target: Node): boolean {
    return this.#facts.variables.has(baseOf(target));
  }

  /** A variable outside of functions that some kept statement names. */
  #isShared(target: Node): boolean {
    return !this.#isLocal(target) && this.#by.globals.has(target.text);
  }

  /** It is about the object, or about what else matters: error codes of other subsystems are not. */
  #conditionMatters(node: Node): boolean {
    const isAbout = [...identifiersIn(node)].some((name) => this.#vars.has(name));
    return isAbout || [...membersIn(node)].some((member) => this.#by.members.has(member));
  }

  /**
   * Collects what goes: runs of statements as one edit each. Of what an op on the counter decides, and of which nothing is left,
   * somebody must say what it does: at the last put something ends, though no free is in sight.
   */
  #cut(body: Body, cuts: Cuts, isDecided: boolean): void {
    let run: Unit[] = [];
    let decided = isDecided;
    const end = () => {
      const isEmptied =
        decided && run.some(isAct) && (!isDecided || body.units.every((one) => this.#isIdle(one)));
      if (run.length > 0)
        cuts.edits.push(isEmptied ? this.#emptied(run, cuts) : this.#replaced(run, body.isBare));
      run = [];
    };
    for (const [at, unit] of body.units.entries()) {
      if (!this.#kept.has(unit)) {
        run.push(unit);
        continue;
      }
      end();
      cuts.kept.push(...unit.heads);
      const asks = unit.kind === 'branch' && unit.heads.some((one) => this.#hasOp(one));
      for (const inner of unit.bodies) this.#cut(inner, cuts, asks || (unit.kind === 'block' && decided));
      // `if (!dec_and_test(…)) return;`: the rest of the block is what happens at the last put.
      decided ||= asks && jumps(unit) && body.units.slice(at + 1).every((one) => this.#isIdle(one));
    }
    end();
  }

  /** It goes, leaves, or is a lock: nothing of what an op decides. */
  #isIdle(unit: Unit): boolean {
    if (!this.#kept.has(unit) || unit.kind === 'jump' || unit.kind === 'declaration') return true;
    const [head] = unit.heads;
    if (unit.kind === 'branch' && unit.heads.some((one) => this.#hasOp(one))) return true;
    const calls = head ? callsIn(head) : [];
    return (
      unit.kind === 'simple' &&
      calls.length > 0 &&
      calls.every(({ callee }) => isFor(callee, 'lock', 'asserts'))
    );
  }

  /** A call of a function that is still to be written stands in the place of a run, which is quoted beside that function. */
  #emptied(run: readonly Unit[], cuts: Cuts): Edit {
    const [from, to] = [run[0]!.from, run.at(-1)!.to];
    const line = this.#lineOf(from);
    const name = `at_line_${line}`;
    const { node, file } = this.#facts.definition;
    cuts.emptied.push({
      name,
      file,
      line,
      text: node.text.slice(from - node.startIndex, to - node.startIndex),
    });
    return { from, to, text: `${name}();` };
  }

  #lineOf(at: number): number {
    const { node } = this.#facts.definition;
    return node.startPosition.row + 1 + linesIn(this.#facts, node.startIndex, at);
  }

  /** A comment stands in the place of a run, so that whoever knows the code finds his way. */
  #replaced(run: readonly Unit[], isBare: boolean): Edit {
    const [from, to] = [run[0]!.from, run.at(-1)!.to];
    const firstLine = this.#lineOf(from);
    const lines = linesIn(this.#facts, from, to);
    const where = lines === 0 ? `line ${firstLine}` : `lines ${firstLine} to ${firstLine + lines}`;
    // Declarations that nobody needs, and messages to the log, are no loss to be told.
    const isLoss = run.some((unit) => unit.kind === 'jump' || isAct(unit));
    return {
      from,
      to,
      text: `${isBare ? ';' : ''}${isLoss ? `${isBare ? ' ' : ''}/* left out: ${where} */` : ''}`,
    };
  }
}
