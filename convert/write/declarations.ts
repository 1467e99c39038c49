import type { Edit } from '../../audit/patch/unified-diff.ts';
import { moved } from '../menu/form-text.ts';
import { argumentsAt, closing, type Token, textOf } from '../sites/tokens.ts';
import type { Written } from './written.ts';

/**
 * What a source declares to refuzz, moved with the bias: the counts of its states, REFUZZ_BIAS, and the value to which a
 * refcount_t pins itself.
 */
export function declarationEdits(
  name: string,
  text: string,
  tokens: readonly Token[],
  written: Written,
): Edit[] {
  const edits: Edit[] = [];
  for (const [at, token] of tokens.entries()) {
    if (token.directive > 0 || tokens[at + 1]?.text !== '(') continue;
    if (token.text === 'REFUZZ_STATE') edits.push(...stateEdits(text, tokens, at, written));
    if (token.text === 'REFUZZ_SCHEME') edits.push(...schemeEdits(text, tokens, at, written));
  }
  return [
    ...edits,
    ...conservesEdits(text, tokens, written),
    ...biasEdits(text, tokens, written),
    ...initEdits(name, tokens, text, written),
  ];
}

/** `.count = 1`, which stands in the place of 0 where it is left out. */
function stateEdits(text: string, tokens: readonly Token[], at: number, { shifts, sites }: Written): Edit[] {
  const parts = argumentsAt(tokens, at + 1);
  const state = parts[0] ? textOf(text, tokens, parts[0]) : '';
  const by = shifts.get(state) ?? 0;
  const close = closing(tokens, at + 1);
  if (by === 0 || tokens[close + 1]?.text === '{') return [];
  const count = parts.find(([from]) => tokens[from]?.text === '.' && tokens[from + 1]?.text === 'count');
  if (count) {
    const [from, to] = [tokens[count[0] + 3]!.from, tokens[count[1] - 1]!.to];
    return [{ from, to, text: moved(text.slice(from, to), by) }];
  }
  const member = parts.find(([from, to]) =>
    tokens.slice(from, to).some(({ text: word }) => word === sites.member),
  );
  const init =
    member && tokens.slice(...member).find(({ text: word }) => /^(?:ATOMIC|REFCOUNT)_INIT$/.test(word));
  // An initialiser is moved with all others.
  if (init) return [];
  const end = tokens[parts[0]![1] - 1]!.to;
  return [{ from: end, to: end, text: `, .count = ${by}` }];
}

/** Sets and initialisers where states are set up. */
function initEdits(
  name: string,
  tokens: readonly Token[],
  text: string,
  { sites, menu, candidate, shifts }: Written,
): Edit[] {
  const { bias } = menu.shifts[candidate.shift]!;
  const edits: Edit[] = sites.inStates
    .filter(({ file, effect }) => file === name && effect.kind === 'set')
    .map((site) => {
      const by = shifts.get(site.within.slice('state '.length)) ?? bias;
      const value = moved(site.effect.kind === 'set' ? site.effect.value : '0', by);
      return { from: site.from, to: site.to, text: `refcount_set(${site.counter}, ${value})` };
    });
  for (const [at, token] of tokens.entries()) {
    if (!/^(?:ATOMIC|REFCOUNT)_INIT$/.test(token.text) || tokens[at + 1]?.text !== '(') continue;
    const close = closing(tokens, at + 1);
    const isOfCounter = tokens.slice(Math.max(0, at - 3), at).some(({ text: word }) => word === sites.member);
    if (!isOfCounter) continue;
    const value = textOf(text, tokens, [at + 2, close]);
    edits.push({ from: token.from, to: tokens[close]!.to, text: `REFCOUNT_INIT(${moved(value, bias)})` });
  }
  return edits;
}

/** What the count is beside all holds is more by what the structure holds now. */
function conservesEdits(text: string, tokens: readonly Token[], { menu, candidate }: Written): Edit[] {
  const { bias } = menu.shifts[candidate.shift]!;
  const at = tokens.findIndex((token) => token.text === 'REFUZZ_CONSERVES' && token.directive === 0);
  if (at < 0 || bias === 0) return [];
  const close = closing(tokens, at + 1);
  return tokens.slice(at, close).flatMap((token, place) => {
    if (token.text !== 'return') return [];
    let end = at + place + 1;
    while (end < close && tokens[end]!.text !== ';') end++;
    const [from, to] = [tokens[at + place + 1]!.from, tokens[end - 1]!.to];
    return [{ from, to, text: moved(text.slice(from, to), bias) }];
  });
}

/** Behind REFUZZ_SCHEME, what it did not need to say before. */
function schemeEdits(
  text: string,
  tokens: readonly Token[],
  at: number,
  { menu, candidate }: Written,
): Edit[] {
  const { bias, where } = menu.shifts[candidate.shift]!;
  const has = (name: string) => tokens.some((token) => token.text === name && token.directive === 0);
  const lines = [
    ...(has('REFUZZ_SATURATED') ? [] : ['REFUZZ_SATURATED(REFCOUNT_SATURATED);']),
    ...(has('REFUZZ_BIAS') || bias === 0 || where !== 'everywhere' ? [] : [`REFUZZ_BIAS(${bias});`]),
  ];
  if (lines.length === 0) return [];
  const close = closing(tokens, at + 1);
  const end = tokens[close + 1]?.text === ';' ? tokens[close + 1]!.to : tokens[close]!.to;
  const lineEnd = text.indexOf('\n', end);
  const place = lineEnd < 0 ? text.length : lineEnd;
  return [{ from: place, to: place, text: `\n${lines.join('\n')}` }];
}

/** A bias that is there already moves on. */
function biasEdits(text: string, tokens: readonly Token[], { menu, candidate }: Written): Edit[] {
  const { bias, where } = menu.shifts[candidate.shift]!;
  const at = tokens.findIndex((token) => token.text === 'REFUZZ_BIAS' && token.directive === 0);
  if (at < 0 || bias === 0 || where !== 'everywhere') return [];
  const close = closing(tokens, at + 1);
  const value = moved(textOf(text, tokens, [at + 2, close]), bias);
  return [{ from: tokens[at + 2]!.from, to: tokens[close - 1]!.to, text: value }];
}
