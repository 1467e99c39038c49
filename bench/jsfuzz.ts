import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type JsfuzzStatus, superviseJsfuzz } from '../fuzz/jsfuzz/engine.ts';
import { deciderOf } from '../fuzz/judge/decide.ts';
import type { RawFinding } from '../fuzz/judge/raw-finding.ts';
import { type Harness, harnessOf } from '../fuzz/run/harness.ts';
import { signatureOf } from '../oracles/divergence.ts';
import { packageRoot } from '../targets/subject/package-root.ts';
import { dataOf } from '../targets/target/target-data.ts';
import { survey, targetWith } from '../test/mutants/campaigns.ts';
import { MUTANTS, type Mutant } from '../test/mutants/mutants.ts';

// Which mutants jsfuzz finds, and after how many inputs and seconds. It is started twice for each, once to show that it
// works, and that takes most of the time.
//
//     node dist/bench/jsfuzz.js [seconds for each] [part of a name]

const [seconds = '30', part = ''] = process.argv.slice(2);
const HARNESS = join(packageRoot(), 'dist', 'cjs', 'bench', 'jsfuzz-harness.js');
/** Iterations of the random search on the sound subject: what it shows is no sign of the mutant. */
const SURVEYED = 3_000;

interface Caught {
  readonly signature: string;
  readonly seconds: number;
}

async function searchFor(mutant: Mutant): Promise<{ caught: Caught | undefined; status: JsfuzzStatus }> {
  const target = targetWith(mutant, mutant.subject);
  const sound = targetWith(mutant, mutant.base);
  const folder = mkdtempSync(join(tmpdir(), 'refuzz-bench-'));
  const file = join(folder, 'target.json');
  writeFileSync(file, JSON.stringify(dataOf(target)));
  const { hits } = survey(sound, SURVEYED, { seed: 1, limits: { maxOps: 4 } });
  const soundHarness = harnessOf(sound);
  const began = performance.now();
  let caught: Caught | undefined;
  let status: JsfuzzStatus = { execs: 0, undecided: 0, coverage: 0, corpus: 0, restarts: 0, met: [] };
  const since = () => (performance.now() - began) / 1000;
  await superviseJsfuzz(
    { target, harness: HARNESS, environment: { REFUZZ_TARGET: file } },
    {
      folder,
      known: new Set(hits.keys()),
      isStopped: () => caught !== undefined || since() > Number(seconds),
      onRawFinding(rawFinding, harness) {
        if (caught || !isProof(mutant, rawFinding) || shows(soundHarness, harness, rawFinding)) return;
        caught = { signature: signatureOf(rawFinding.divergence), seconds: since() };
      },
      onStatus(now) {
        status = now;
      },
      onCrash: (text) => console.error(text),
    },
  );
  rmSync(folder, { recursive: true, force: true });
  return { caught, status };
}

/** What is merely another answer or a known window is no proof of a defect; where a rule is broken it is. */
function isProof({ oracle }: Mutant, { divergence }: RawFinding): boolean {
  const needsBreaks = oracle === 'linearizable' || oracle === 'conservation' || oracle === 'lifetime';
  return !needsBreaks || divergence.judgement === 'breaks';
}

/** Whether the sound subject shows the same in the same program. */
function shows(
  sound: Harness,
  { alphabet }: Harness,
  { divergence, program, schedule }: RawFinding,
): boolean {
  const threads = program.threads.map((calls) =>
    calls.map((call) => sound.alphabet.parse(alphabet.format(call), sound.target.subject.saturated)),
  );
  const signature = signatureOf(divergence);
  return (
    deciderOf(sound).rawFindings({ start: program.start, threads }, signature, schedule)?.has(signature) ??
    false
  );
}

let found = 0;
const chosen = MUTANTS.filter(({ subject }) => subject.name.includes(part));
for (const mutant of chosen) {
  const { caught, status } = await searchFor(mutant);
  if (caught) found++;
  const how = caught ? `${caught.seconds.toFixed(1)} s  ${caught.signature}` : 'not found';
  const name = `${mutant.subject.name} by ${mutant.oracle}`;
  console.log(`${name.padEnd(58)} ${String(status.execs).padStart(8)} inputs  ${how}`);
}
console.log(`${found} of ${chosen.length}`);
