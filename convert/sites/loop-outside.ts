import { NotModelled } from './expressions.ts';
import type { Frame } from './loop-frame.ts';
import type { LoopOp } from './site.ts';
import type { Range, Statement } from './statements.ts';

/** What has to do with a piece outside of it. */
export interface Outside {
  /** Variables of the piece that are looked at behind it. */
  readonly live: ReadonlySet<string>;
  /** The label behind it: who goes there goes on. */
  readonly next: string | undefined;
  readonly keeps: LoopOp['keeps'];
  readonly orphans: LoopOp['orphans'];
}

/**
 * What a piece of a function leaves to the rest of it.
 *
 * @param behind the statement behind it
 * @throws NotModelled for a piece that declares what is used behind it, and more than a constant; or that others jump into
 */
export function outsideOf(
  piece: readonly Statement[],
  behind: Statement | undefined,
  { code, body, declarations }: Frame,
): Outside {
  const { tokens, locals } = code;
  const range: Range = [piece[0]!.range[0], piece.at(-1)!.range[1]];
  const isWithin = (at: number) => range[0] <= at && at < range[1];
  const names = new Set<string>();
  const live = new Set<string>();
  // `int old = 0;` in front of a loop that reads the count into old first.
  // A declaration that begins with nothing, or with a constant, asks for nothing.
  const bare = new Set(
    declarations.flatMap(({ parts }) =>
      parts.flatMap((part) => (part.isConstant && !isWithin(part.range[0]) ? [part.range[0]] : [])),
    ),
  );
  for (let at = range[0]; at < range[1]; at++) if (locals.has(tokens[at]!.text)) names.add(tokens[at]!.text);
  for (let at = body.from; at < body.to; at++)
    if (!isWithin(at) && !bare.has(at) && names.has(tokens[at]!.text)) live.add(tokens[at]!.text);
  const keeps: Range[] = [];
  const orphans: { from: number; to: number; text: string }[] = [];
  const place = ([from, to]: Range) => [tokens[from]!.from, tokens[to - 1]!.to] as const;
  for (const { range: own, parts } of declarations) {
    if (isWithin(own[0])) {
      // Its block ends with the piece, so one that is needed behind it must stand in front.
      if (!parts.some(({ name }) => live.has(name))) continue;
      if (!parts.every(({ isConstant }) => isConstant)) throw new NotModelled();
      keeps.push(place(own));
      continue;
    }
    const left = parts.filter(({ name }) => live.has(name) || !names.has(name));
    if (left.length === parts.length) continue;
    const [from, to] = place(own);
    const type = code.text.slice(from, tokens[parts[0]!.range[0]]!.from);
    const texts = left.map((part) => code.text.slice(...place(part.range)));
    orphans.push({ from, to, text: left.length === 0 ? '' : `${type}${texts.join(', ')};` });
  }
  const gotos = gotosIn(tokens, body);
  const labels = new Set(piece.flatMap((one) => (one.kind === 'label' ? [one.name] : [])));
  if (gotos.some(({ at, name }) => labels.has(name) && !isWithin(at))) throw new NotModelled();
  // A label that only the loop went to is one that nobody goes to then.
  const next = behind?.kind === 'label' ? behind.name : undefined;
  const isAsked = gotos.some(({ at, name }) => name === next && !isWithin(at));
  if (behind?.kind === 'label' && !isAsked && gotos.some(({ name }) => name === next)) {
    const [from, to] = place(behind.range);
    orphans.push({ from, to, text: '' });
  }
  return { live, next, keeps, orphans };
}

/** Jumps of a function. */
function gotosIn(tokens: Frame['code']['tokens'], { from, to }: Frame['body']) {
  return tokens
    .slice(from, to)
    .flatMap(({ text }, at) =>
      text === 'goto' ? [{ at: from + at, name: tokens[from + at + 1]?.text ?? '' }] : [],
    );
}
