import type { Divergence } from '../../oracles/divergence.ts';
import type { Counter, Scheme, Subject } from '../../targets/subject/subject.ts';
import { builtInFile, readBuiltInFile } from '../../targets/target/built-in-targets.ts';
import { findSubject } from '../../targets/target/subjects.ts';
import { toldBy } from '../judge/order-twin.ts';
import type { Program } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';
import type { Cause } from './cause.ts';
import { CauseFinder } from './find-causes.ts';
import { SchemeCauseFinder } from './find-scheme-causes.ts';
import { OrderCauses } from './order-causes.ts';
import type { Parting } from './parting.ts';

/** Finds causes of one target. */
export interface Causes {
  /** What the ops do alone that those of the base do not. */
  readonly partings: readonly Parting[];
  /** @param program shows the divergence; the smaller, the sooner this is decided */
  causeOf(divergence: Divergence, program: Program): Cause;
  /**
   * What is likely to be the cause, at the price of running each op of the program alone: for a program that there was no
   * time to make small. Nothing is decided.
   *
   * @returns undefined where several are as likely
   */
  likelyCause(divergence: Divergence, program: Program): Cause | undefined;
}

/** Finders learn what the ops do alone: one serves all that is asked of a harness. */
const FINDERS = new WeakMap<Harness, Causes>();

/**
 * The finder of causes of a target, of its kind.
 *
 * @param base whose ops replace the subject's. Left out: the subject of the target that this one is `known` by, or the
 *   reference. A finder with another base is made anew each time
 */
export function causesOf(harness: Harness, base?: Subject): Causes {
  if (base) return finderOf(harness, base);
  const made = FINDERS.get(harness) ?? finderOf(harness, knownBase(harness));
  FINDERS.set(harness, made);
  return made;
}

function finderOf(harness: Harness, base: Subject | undefined): Causes {
  const finder =
    harness.target.subject.kind === 'counter'
      ? new CauseFinder(harness, base as Counter | undefined)
      : new SchemeCauseFinder(harness, base as Scheme | undefined);
  if (harness.target.asksUses) return withTwin(harness, finder);
  return harness.target.memory === undefined ? finder : withOrders(harness, finder);
}

/** Divergences of orders have the causes that they have under the kernel's memory model. */
function withTwin(harness: Harness, finder: Causes): Causes {
  const ask = (how: 'causeOf' | 'likelyCause', divergence: Divergence, program: Program) => {
    const told = toldBy(harness, divergence, program);
    return told.harness === harness ? undefined : causesOf(told.harness)[how](divergence, told.program);
  };
  return {
    get partings() {
      return finder.partings;
    },
    causeOf: (divergence, program) =>
      ask('causeOf', divergence, program) ?? finder.causeOf(divergence, program),
    likelyCause: (divergence, program) =>
      ask('likelyCause', divergence, program) ?? finder.likelyCause(divergence, program),
  };
}

/** What only orders show has causes of its own: ops that do the same alone are no cause, whatever they do elsewhere. */
function withOrders(harness: Harness, finder: Causes): Causes {
  const orders = new OrderCauses(harness);
  return {
    get partings() {
      return finder.partings;
    },
    causeOf: (divergence, program) =>
      orders.causeOf(divergence, program) ?? finder.causeOf(divergence, program),
    likelyCause: (divergence, program) =>
      orders.causeOf(divergence, program) ?? finder.likelyCause(divergence, program),
  };
}

/** What a target that behaves like another is measured by: the built-in subject of that one, if it has the same ops. */
function knownBase({ target }: Harness): Subject | undefined {
  const { known, subject, ops } = target;
  const base = known === undefined ? undefined : findSubject(readBuiltInFile(builtInFile(known)).subject);
  return base?.kind === subject.kind && ops.every((op) => Object.hasOwn(base.ops, op)) ? base : undefined;
}
