import type { Subject } from '../../targets/subject/subject.ts';
import { builtInTargetFiles } from '../../targets/target/built-in-targets.ts';
import type { Target } from '../../targets/target/target.ts';
import type { TargetFile } from '../../targets/target/target-file.ts';
import { EXIT, type Io } from '../io/io.ts';

/**
 * `refuzz targets`: every built-in target, with what it compares; those that need C code say which. Those with C are
 * read but not compiled: a list must not need a compiler or a kernel.
 */
export function targetsCommand(options: { json?: boolean }, io: Io): number {
  const files = builtInTargetFiles();
  const targets = files.filter((file) => !file.needsCompiler).map((file) => file.open());
  const compiled = files.filter((file) => file.needsCompiler);
  if (options.json) {
    io.out(`${JSON.stringify([...targets.map(summary), ...compiled.map(compiledSummary)])}\n`);
    return EXIT.OK;
  }
  const width = Math.max(...[...targets, ...compiled].map(({ name }) => name.length));
  for (const target of targets) {
    const { reference, subject } = summary(target);
    io.out(`${io.style.bold(target.name.padEnd(width))}  ${target.about}\n`);
    io.out(
      `${''.padEnd(width)}  ${io.style.dim(`${subject} against ${reference}; ${target.ops.join(' ')}`)}\n`,
    );
  }
  for (const { name, about, reference, subject, needs } of compiled.map(compiledSummary)) {
    io.out(`${io.style.bold(name.padEnd(width))}  ${about}\n`);
    io.out(
      `${''.padEnd(width)}  ${io.style.dim(`${subject} against ${reference}; needs ${needs.join(' and ')}`)}\n`,
    );
  }
  return EXIT.OK;
}

/**
 * What of a kernel's code has to be compiled first: the options that say where it is. The names of kernel subjects
 * tell: `kernel/…` comes from the first tree, `against/…` from the other.
 */
function compiledSummary({ name, about, reference, subject }: TargetFile) {
  const sides = [reference, subject];
  const needs = [
    ...(sides.some((side) => side.startsWith('kernel/')) ? ['--kernel'] : []),
    ...(sides.some((side) => side.startsWith('against/')) ? ['--against'] : []),
  ];
  return { name, about, reference, subject, needs };
}

function summary({ name, about, reference, subject, threads, ops, initial, oracles }: Target) {
  const nameOf = (side: Subject | 'ideal') => (side === 'ideal' ? side : side.name);
  return {
    name,
    about,
    reference: nameOf(reference),
    subject: nameOf(subject),
    threads,
    ops,
    initial,
    oracles,
  };
}
