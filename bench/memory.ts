import { programVerdicts } from '../fuzz/check/program-verdict.ts';
import { Scope, type ScopeSize } from '../fuzz/check/scope.ts';
import { harnessOf } from '../fuzz/run/harness.ts';
import { atomic } from '../targets/counters/atomic.ts';
import { refcountV411 } from '../targets/counters/refcount-v4.11.ts';
import { inetPeer } from '../targets/schemes/inet-peer.ts';
import { ipVsDest } from '../targets/schemes/ip-vs-dest.ts';
import type { Subject } from '../targets/subject/subject.ts';
import { type MemoryModel, withMemory } from '../targets/target/memory.ts';
import type { Target } from '../targets/target/target.ts';

/**
 * What `--memory kernel` costs: the same programs decided under both models, one after the other, as a ratio. The reference
 * of a protocol is itself, so that both sides are explored to the end.
 *
 *     npm run build && node dist/bench/memory.js          up to 2 × 2
 *                      node dist/bench/memory.js 3        up to 3 × 2, which takes minutes
 */

const LIMIT = 4_000_000;

function targetOf(reference: Subject, subject: Subject, threads: number): Target {
  const isCounter = subject.kind === 'counter';
  return {
    name: subject.name.replace('/', '-'),
    about: '',
    reference,
    subject,
    threads,
    ops: isCounter ? ['inc', 'inc_not_zero', 'dec_and_test', 'dec'] : Object.keys(subject.ops),
    initial: isCounter ? [1, 2] : Object.keys(subject.states),
    arguments: [],
    oracles: isCounter ? ['lockstep', 'linearizable', 'conservation', 'sticky'] : ['outcomes', 'lifetime'],
  };
}

function measured(target: Target, size: ScopeSize, memory: MemoryModel) {
  const harness = harnessOf(withMemory(target, memory));
  const scope = new Scope(harness, size);
  const verdicts = programVerdicts(harness, LIMIT);
  const started = performance.now();
  let undecided = 0;
  for (let number = 0; number < scope.programs; number++)
    if (!verdicts.decide(scope.program(number), () => {})) undecided++;
  return {
    programs: scope.programs,
    undecided,
    states: verdicts.counts.states,
    ms: performance.now() - started,
  };
}

const threads = Number(process.argv[2] ?? 2);
console.log(
  'programs                       states sc   kernel      ratio  seconds sc  kernel  ratio  undecided',
);
for (const [reference, subject] of [
  [atomic, refcountV411],
  [inetPeer, inetPeer],
  [ipVsDest, ipVsDest],
] as const) {
  const target = targetOf(reference, subject, threads);
  const size = { threads, ops: 2 };
  const [sc, kernel] = [measured(target, size, 'sc'), measured(target, size, 'kernel')];
  const figures = [
    `${subject.name} ${threads} x 2: ${sc.programs}`.padEnd(30),
    ...[sc.states, kernel.states].map((count) => String(count).padEnd(11)),
    (kernel.states / sc.states).toFixed(2).padEnd(6),
    ...[sc.ms, kernel.ms].map((ms) => (ms / 1000).toFixed(1).padEnd(7)),
    (kernel.ms / sc.ms).toFixed(2).padEnd(6),
    sc.undecided + kernel.undecided,
  ];
  console.log(figures.join(' '));
}
