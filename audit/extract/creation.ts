import type { Node } from 'web-tree-sitter';
import type { Counter } from '../census/counter.ts';
import type { Chosen } from './choose-functions.ts';
import { baseOf, callsIn, identifiersIn, membersIn, type Variable } from './function-facts.ts';
import { isFor } from './vocabulary.ts';

/** How an object begins, as far as the functions that are run ask. */
export interface Creation {
  /** What the count is set to; undefined where that is no number, or where nobody sets it. */
  readonly start: number | undefined;
  /** The variable that the new object is called there. */
  readonly object: string;
  /** Statements, as they are written, that set up what ops look at. */
  readonly statements: readonly Node[];
  /** Parameters and locals that these need. */
  readonly needs: readonly Variable[];
  /** Some of the statements puts the object where others find it. */
  readonly isPublished: boolean;
  /** The function hands its caller the object: he holds what the count starts at. */
  readonly isReturned: boolean;
}

/**
 * Takes out of the function that makes the object what sets up locks, lists and members that matter.
 *
 * @param members those that matter
 */
export function creationOf(
  counter: Counter,
  creator: Chosen | undefined,
  members: ReadonlySet<string>,
  objectTypes: ReadonlySet<string>,
): Creation {
  const start = startOf(counter);
  if (!creator)
    return { start, object: '', statements: [], needs: [], isPublished: false, isReturned: false };
  const { facts } = creator;
  const site = creator.sites.find(({ op }) => op === 'set' || op === 'init');
  const objects = [...facts.variables].filter(([, type]) => objectTypes.has(type)).map(([name]) => name);
  const object = objects.find((name) => name === site?.object) ?? objects[0] ?? site?.object ?? '';
  const isCounter = (node: Node) =>
    creator.sites.some(({ from, to }) => from < node.endIndex && to > node.startIndex);
  const statements = facts.body
    .descendantsOfType('expression_statement')
    .filter((one) => one !== null && !isCounter(one) && setsUp(one, object, members)) as Node[];
  const used = new Set(statements.flatMap((one) => [...identifiersIn(one)]));
  const needs = [...facts.variables]
    .filter(([name]) => used.has(name) && name !== object)
    .map(([name, type]) => ({ name, type }));
  return {
    ...{ start, object, statements, needs },
    isPublished: statements.some((one) => callsIn(one).some(({ callee }) => isFor(callee, 'publishes'))),
    isReturned: objectTypes.has(facts.returns),
  };
}

/** Of several, what most of them set it to. */
function startOf({ type, sites }: Counter): number | undefined {
  const set = sites.filter(({ op, isCreation }) => op === 'init' || (op === 'set' && isCreation !== false));
  const values = set.map(({ amounts }) => (type === 'kref' ? 1 : amounts[0]));
  return values.find((value) => typeof value === 'number');
}

function setsUp(statement: Node, object: string, members: ReadonlySet<string>): boolean {
  if (object === '' || !statement.text.trimEnd().endsWith(';')) return false;
  const [expression] = statement.namedChildren;
  if (!expression) return false;
  if (expression.type === 'assignment_expression') {
    const left = expression.childForFieldName('left');
    if (!left || baseOf(left) !== object || left.type !== 'field_expression') return false;
    // What is allocated beside the object is another matter.
    const right = expression.childForFieldName('right');
    if (right && callsIn(right).some(({ callee }) => isFor(callee, 'allocates'))) return false;
    return [...membersIn(left)].some((member) => members.has(member));
  }
  if (expression.type !== 'call_expression') return false;
  const callee = expression.childForFieldName('function')?.text ?? '';
  if (isFor(callee, 'publishes')) return identifiersIn(expression).has(object);
  const isAbout = callsIn(expression)[0]?.args.some(
    (arg) => baseOf(arg) === object && [...membersIn(arg)].some((member) => members.has(member)),
  );
  return isAbout === true && /init|INIT|setup/.test(callee);
}
