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
  return planned.map(ofCounter).join('\n');
}

function ofCounter(planned: Planned): string {
  const { counter, remarks } = planned;
  const head = `// ${counter.id}: ${counter.type} becomes refcount_t`;
  const told = remarks.map(({ what, place }) => oneLine(`//   ${place.file}:${place.line}: ${what}`));
  // A call of which nothing but the value is asked comes last, as it would match within a comparison as well.
  const calls = planned.rules
    .filter(({ site }) => site.op !== 'init')
    .sort((one, other) => rank(one) - rank(other));
  const inits = planned.rules.filter(({ site }) => site.op === 'init');
  const rules = new Set([
    ...inits.map((rule) => initial(counter, rule)),
    ...declarations(planned),
    ...calls.map((rule) => call(counter, rule)),
  ]);
  return `${[head, ...told].join('\n')}\n\n${[...rules].join('\n')}`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}

function rank({ minus }: CocciRule): number {
  if (/\) (?:[<>]|[!=]=)/.test(minus)) return 0;
  return minus.startsWith('!') ? 1 : 2;
}

function rule(variables: readonly string[], lines: readonly string[]): string {
  return `@@ ${variables.map((one) => `${one}; `).join('')}@@\n${lines.join('\n')}\n`;
}

function declarations({ counter, hasInclude }: Planned): string[] {
  const { struct, field, type, shape } = counter;
  const name = shape === 'array' ? `${field}[N]` : field;
  const size = shape === 'array' ? ['expression N'] : [];
  const changed = [`- ${type} ${name};`, `+ refcount_t ${name};`];
  const own =
    struct === ''
      ? [rule(size, changed), rule(size, [`- extern ${type} ${name};`, `+ extern refcount_t ${name};`])]
      : [rule(size, [`  struct ${struct} {`, '  ...', ...changed, '  ...', '  };'])];
  // Where that is not included the diff finds another place, for which coccinelle has no words.
  const include = rule([], ['  #include <linux/atomic.h>', '+ #include <linux/refcount.h>']);
  return hasInclude ? [include, ...own] : own;
}

/** A variable is declared and set at once; a member is set in the value of its structure. */
function initial({ struct, field, type }: Counter, { minus, plus }: CocciRule): string {
  const variables = argumentsIn(minus);
  if (struct === '')
    return rule(variables, [`- ${type} ${field} = ${minus};`, `+ refcount_t ${field} = ${plus};`]);
  return rule(
    ['identifier I', ...variables],
    [`  struct ${struct} I = {`, `  .${field} =`, `- ${minus}`, `+ ${plus}`, '  ,', '  };'],
  );
}

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

function argumentsIn(line: string): string[] {
  return [...new Set(line.match(/\bX\d\b/g))].map((name) => `expression ${name}`);
}
