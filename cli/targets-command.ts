import type { Subject } from '../targets/subject.ts';
import type { Target } from '../targets/target.ts';
import { loadBuiltInTargets } from '../targets/target-file.ts';
import { EXIT, type Io } from './io.ts';

export function targetsCommand(options: { json?: boolean }, io: Io): number {
  const targets = loadBuiltInTargets();
  if (options.json) {
    io.out(`${JSON.stringify(targets.map(summary))}\n`);
    return EXIT.OK;
  }
  const width = Math.max(...targets.map(({ name }) => name.length));
  for (const target of targets) {
    const { reference, subject } = summary(target);
    io.out(`${io.style.bold(target.name.padEnd(width))}  ${target.about}\n`);
    io.out(
      `${''.padEnd(width)}  ${io.style.dim(`${subject} against ${reference}; ${target.ops.join(' ')}`)}\n`,
    );
  }
  return EXIT.OK;
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
