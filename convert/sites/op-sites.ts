import { type KnownLoop, loopsOf } from './loops.ts';
import { type Effect, knownOp } from './ops.ts';
import type { Pointers } from './pointer-names.ts';
import type { OpSite, Relation, Use } from './site.ts';
import { bodyAt, isCounter, lineOf, type SourceFile } from './source-file.ts';
import { argumentsAt, closing, type Token, textOf } from './tokens.ts';

/** Every op on the counter in a file, with how its result is used. @param member the counter's member @param pointers names of its address, by body */
export function opSitesOf(file: SourceFile, member: string, pointers: Pointers): OpSite[] {
  const { tokens } = file;
  const loops = loopsOf(file, member, pointers);
  const found: OpSite[] = [];
  let after = 0;
  for (let at = 0; at + 1 < tokens.length; at++) {
    // A loop is one op, whatever it is written in.
    const loop = loops.known.find(({ range: [from, to] }) => from <= at && at < to);
    if (loop) {
      const site = loopSite(file, loop);
      found.push(site);
      after = site.to;
      at = loop.range[1] - 1;
      continue;
    }
    const op = tokens[at]!.kind === 'name' ? knownOp(tokens[at]!.text) : undefined;
    if (!op || tokens[at + 1]!.text !== '(' || tokens[at]!.from < after) continue;
    const ranges = argumentsAt(tokens, at + 1);
    const counter = ranges[op.counter];
    if (!counter || !isCounter(file, counter, member, pointers, at)) continue;
    const args = ranges.map((range) => textOf(file.text, tokens, range));
    const site = siteAt(file, at, op.effect(args));
    after = site.to;
    const whyNoLoop = loops.unknown.get(at);
    found.push({
      ...site,
      ...(whyNoLoop !== undefined && { whyNoLoop }),
      order: op.order,
      counter: args[op.counter]!,
    });
  }
  return found;
}

/** The statements of a loop, as one op. */
function loopSite(file: SourceFile, loop: KnownLoop): OpSite {
  const { text, tokens, name } = file;
  const [from, to] = [tokens[loop.range[0]]!.from, tokens[loop.range[1] - 1]!.to];
  const { text: op } = tokens[loop.exchange]!;
  return {
    kind: 'op',
    name: '',
    file: name,
    op,
    from,
    to,
    line: lineOf(text, from),
    within: bodyAt(file, loop.exchange)?.name ?? '',
    written: text.slice(from, to),
    effect: loop.op.effect,
    use: loop.op.use,
    loop: loop.op,
    order: knownOp(op)?.order ?? 'full',
    counter: loop.counter,
  };
}

/** The unit that is replaced: the call, or the comparison that it stands in. */
function siteAt(file: SourceFile, at: number, effect: Effect): Omit<OpSite, 'order' | 'counter'> {
  const { text, tokens, name } = file;
  const close = closing(tokens, at + 1);
  const { use, from, to } = usedAs(file, at, close, effect);
  const unit = [tokens[from]!.from, tokens[to]!.to] as const;
  const canDrop = use.kind === 'compare' && effect.kind === 'read' && tokens[to + 1]?.text === '&&';
  const isFirst = ['(', 'return', '&&', '=', '?', ','].includes(tokens[from - 1]?.text ?? '');
  return {
    kind: 'op',
    name: '',
    file: name,
    op: tokens[at]!.text,
    from: unit[0],
    to: unit[1],
    line: lineOf(text, unit[0]),
    within: bodyAt(file, at)?.name ?? '',
    written: text.slice(...unit),
    effect,
    use,
    ...(canDrop && isFirst && tokens[to + 2] && { until: tokens[to + 2]!.from }),
  };
}

const RELATIONS: readonly string[] = ['==', '!=', '<', '<=', '>', '>='];
const FLIPPED: Readonly<Record<string, Relation>> = {
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
  '==': '==',
  '!=': '!=',
};
/** What may stand around a comparison that is all of a condition's part. */
const AROUND = [')', ';', '&&', '||', '?', ':', ',', '(', 'return', '=', '!', '{', '}'];

/** A use, and the first and last token of the unit. */
interface Used {
  readonly use: Use;
  readonly from: number;
  readonly to: number;
}

/**
 * How the result of a call is used, from the tokens around it.
 *
 *     atomic_dec(&p->refs);                  void
 *     atomic_dec_return(&p->refs) >= 0       compared: `>= 0` belongs to the unit
 *     !atomic_read(&p->refs)                 compared with 0: so does the `!`
 *     if (atomic_dec_and_test(&p->refs))     decides
 *     left = atomic_dec_return(&p->refs);    a value
 */
function usedAs(file: SourceFile, at: number, close: number, effect: Effect): Used {
  const { text, tokens } = file;
  const isBool = givesBool(effect);
  const call = { from: at, to: close };
  if (givesNothing(effect)) return { use: { kind: 'void' }, ...call };
  const after = tokens[close + 1]?.text ?? '';
  if (RELATIONS.includes(after)) {
    const to = operandEnd(tokens, close + 2);
    const ends = to !== undefined && AROUND.includes(tokens[to + 1]?.text ?? ';');
    if (ends) {
      const compared = textOf(text, tokens, [close + 2, to + 1]);
      return { use: { kind: 'compare', relation: after as Relation, with: compared }, from: at, to };
    }
  }
  const before = tokens[at - 1]?.text ?? '';
  const left = RELATIONS.includes(before) ? operandStart(tokens, at - 2) : undefined;
  if (left !== undefined) {
    const use = {
      kind: 'compare',
      relation: FLIPPED[before]!,
      with: textOf(text, tokens, [left, at - 1]),
    } as const;
    return { use, from: left, to: close };
  }
  if (isStatement(tokens, file, at, close)) return { use: { kind: 'void' }, ...call };
  if (isBool) return { use: { kind: 'truth' }, ...call };
  if (before === '!') return { use: { kind: 'compare', relation: '==', with: '0' }, from: at - 1, to: close };
  const decides = isCondition(tokens, at, close);
  return { use: decides ? { kind: 'compare', relation: '!=', with: '0' } : { kind: 'value' }, ...call };
}

/** Its result is no number, so there is nothing that a comparison could be with. */
function givesNothing(effect: Effect): boolean {
  return effect.kind === 'set' || (effect.kind === 'add' && effect.gives === 'nothing');
}

/** `atomic_dec_and_test(r) == true` and `!atomic_dec_and_test(r)` are truths, and no counts. */
function givesBool(effect: Effect): boolean {
  if (effect.kind === 'add') return effect.gives === 'isZero' || effect.gives === 'isNegative';
  if (effect.kind === 'locked drop') return true;
  return 'gives' in effect && effect.gives === 'bool';
}

/** The last token of a constant: `0`, `-1`, `PEER_DEAD`, `(1 << 4)`; undefined for anything else. */
function operandEnd(tokens: readonly Token[], at: number): number | undefined {
  const token = tokens[at];
  if (!token) return undefined;
  if (token.text === '-') return operandEnd(tokens, at + 1);
  if (token.text === '(') return closing(tokens, at);
  return token.kind === 'number' || token.kind === 'name' ? at : undefined;
}

/** Where the operand to the left of a comparison begins: `PEER_IDLE == atomic_read(r)`. */
function operandStart(tokens: readonly Token[], at: number): number | undefined {
  const token = tokens[at];
  if (!token || (token.kind !== 'number' && token.kind !== 'name')) return undefined;
  const start = tokens[at - 1]?.text === '-' ? at - 1 : at;
  return AROUND.includes(tokens[start - 1]?.text ?? ';') ? start : undefined;
}

/** Whether a call is a statement by itself, or all of a macro that is used as one. */
function isStatement(tokens: readonly Token[], file: SourceFile, at: number, close: number): boolean {
  if (tokens[close + 1]?.text !== ';') return false;
  const before = tokens[at - 1];
  if (!before || [';', '{', '}', 'else', 'do', ':'].includes(before.text)) return true;
  if (before.text !== ')') return false;
  const open = opening(tokens, at - 1);
  const opener = tokens[open - 1]?.text ?? '';
  const isCast = tokens[open + 1]?.text === 'void' && at - open === 3;
  return isCast || ['if', 'while', 'for'].includes(opener) || bodyAt(file, at)?.from === at;
}

/** The bracket that one closes: tokens are read from the left, and a use is told by what stands on both sides. */
function opening(tokens: readonly Token[], close: number): number {
  let depth = 0;
  for (let at = close; at >= 0; at--) {
    if (')]}'.includes(tokens[at]!.text)) depth++;
    else if ('([{'.includes(tokens[at]!.text) && --depth === 0) return at;
  }
  return 0;
}

/** Whether brackets are those of an `if` or a loop, so that what is in them decides. */
function isCondition(tokens: readonly Token[], at: number, close: number): boolean {
  const [before, after] = [tokens[at - 1]?.text ?? '', tokens[close + 1]?.text ?? ''];
  if (['&&', '||'].includes(before) || ['&&', '||', '?'].includes(after)) return true;
  return before === '(' && after === ')' && ['if', 'while'].includes(tokens[at - 2]?.text ?? '');
}
