import type { Counter } from '../census/counter.ts';
import { COUNTER, type CocciRule } from './conversion.ts';
import type { Planned } from './plan.ts';

/**
 * The same as the diff, for coccinelle: it finds the ops by their types, also in files that the audit has not seen. Comments
 * it cannot write, so what they say stands beside the rules.
 *
 *     @@ struct peer *E; @@
 *     - atomic_inc(&E->refcnt)
 *     + refcount_inc(&E->refcnt)
 */
export function semanticPatch(planned: readonly Planned[]): string {
  const parts = planned.map(ofCounter);
  return [...parts, ...includes(planned)].join('\n');
}

/**
 * Once for all counters, in the files that declare one of them and do not have it. Where `linux/atomic.h` is not included the
 * diff finds another place, for which coccinelle has no words.
 */
function includes(planned: readonly Planned[]): string[] {
  const needing = planned.flatMap(({ hasInclude }, at) => (hasInclude ? [nameOf(at)] : []));
  if (needing.length === 0) return [];
  const needs = needing.length === 1 ? needing[0] : `(${needing.join(' || ')})`;
  return [
    '@included@ @@\n  #include <linux/refcount.h>\n',
    `@depends on !included && ${needs}@ @@\n  #include <linux/atomic.h>\n+ #include <linux/refcount.h>\n`,
  ];
}

/** Of the rule that tells whether a file declares the counter, once it is a `refcount_t`. */
function nameOf(at: number): string {
  return `declares${at}`;
}

function ofCounter(planned: Planned, at: number): string {
  const { counter, remarks } = planned;
  const head = `// ${counter.id}: ${counter.type} becomes refcount_t`;
  const told = remarks.map(({ what, place }) => oneLine(`//   ${place.file}:${place.line}: ${what}`));
  // A call of which nothing but the value is asked comes last, as it would match within a comparison as well.
  const calls = planned.rules
    .filter(({ site }) => site.op !== 'init')
    .sort((one, other) => rank(one) - rank(other));
  const inits = planned.rules.filter(({ site }) => site.op === 'init');
  const rules = new Set([
    ...inits.flatMap((rule) => initials(counter, rule)),
    ...declarations(planned),
    declared(planned, at),
    ...calls.map((rule) => call(counter, rule)),
  ]);
  return `${[head, ...told].join('\n')}\n\n${[...rules].join('\n')}`;
}

/** A remedy may have several lines; a comment of a semantic patch ends with its line. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}

/**
 * Coccinelle applies rules in their order, each to what the last one has left. With the wide pattern first,
 * `dec_return(x) == 0` would be turned into `!dec_and_test(x) == 0`.
 *
 *     0    atomic_dec_return(&E->refs) == 0
 *     1    !atomic_dec_return(&E->refs)
 *     2    atomic_dec_return(&E->refs)
 */
function rank({ minus }: CocciRule): number {
  if (/\) (?:[<>]|[!=]=)/.test(minus)) return 0;
  return minus.startsWith('!') ? 1 : 2;
}

/** A rule as it is written: what stands for anything, then the lines. */
function rule(variables: readonly string[], lines: readonly string[]): string {
  return `@@ ${variables.map((one) => `${one}; `).join('')}@@\n${lines.join('\n')}\n`;
}

/**
 * The declaration, and for a variable those that say `extern`. What stands between the members of a structure is skipped, so
 * that the rule holds for other versions of the tree as well.
 *
 *       struct peer {
 *       ...
 *     - atomic_t refs;
 *     + refcount_t refs;
 *       ...
 *       };
 */
function declarations({ counter }: Planned): string[] {
  const { struct, field, type, shape } = counter;
  const name = shape === 'array' ? `${field}[N]` : field;
  const size = shape === 'array' ? ['expression N'] : [];
  const changed = [`- ${type} ${name};`, `+ refcount_t ${name};`];
  const own =
    struct === ''
      ? [rule(size, changed), rule(size, [`- extern ${type} ${name};`, `+ extern refcount_t ${name};`])]
      : [rule(size, [`  struct ${struct} {`, '  ...', ...changed, '  ...', '  };'])];
  return own;
}

/** A rule that only looks. */
function declared({ counter }: Planned, at: number): string {
  const { struct, field, shape } = counter;
  const [size, variables] = shape === 'array' ? ['[N]', 'expression N; '] : ['', ''];
  const head = `@${nameOf(at)}@ ${variables}@@\n`;
  if (struct !== '')
    return `${head}  struct ${struct} {\n  ...\n  refcount_t ${field}${size};\n  ...\n  };\n`;
  return `${head}(\n  refcount_t ${field}${size};\n|\n  refcount_t ${field}${size} = ...;\n)\n`;
}

/** A variable is declared and set at once; a member is set in the value of its structure, of a variable or a literal. */
function initials({ struct, field, type }: Counter, { minus, plus }: CocciRule): string[] {
  const variables = argumentsIn(minus);
  if (struct === '')
    return [rule(variables, [`- ${type} ${field} = ${minus};`, `+ refcount_t ${field} = ${plus};`])];
  const member = [`  .${field} =`, `- ${minus}`, `+ ${plus}`, '  ,'];
  return [
    rule(['identifier I', ...variables], [`  struct ${struct} I = {`, ...member, '  };']),
    rule(variables, [`  (struct ${struct}) {`, ...member, '  }']),
  ];
}

/**
 * An op. The object stands for anything of the right type, so that a rule finds the op in files that were never read, and
 * leaves the member of the same name in another structure alone.
 */
function call({ struct, field }: Counter, { minus, plus, counter }: CocciRule): string {
  const [, arrow, member, index] = /(->|\.)\s*(\w+)\s*(\[[^\]]*\])?\s*\)*$/.exec(counter) ?? [];
  const at = index === undefined ? '' : '[I]';
  const places = index === undefined ? [] : ['expression I'];
  // A member that is another one's name (`#define sk_refcnt …`) is none of the structure, so its type tells nothing.
  const type = member === field && struct !== '' ? `struct ${struct}` : undefined;
  const object = type ? [arrow === '->' ? `${type} *E` : `${type} E`] : ['expression E'];
  const address = struct === '' || member === undefined ? counter : `&E${arrow}${member}${at}`;
  const variables = struct === '' || member === undefined ? [] : [...object, ...places];
  const told = (line: string) => line.replace(COUNTER, () => address);
  return rule([...variables, ...argumentsIn(minus)], [`- ${told(minus)}`, `+ ${told(plus)}`]);
}

/**
 * Arguments that stand for anything: `X0` … by their place in the call.
 *
 * `atomic_add(X0, COUNTER)` needs `expression X0` above it; a number in its place is a number in the pattern as well.
 */
function argumentsIn(line: string): string[] {
  return [...new Set(line.match(/\bX\d\b/g))].map((name) => `expression ${name}`);
}
