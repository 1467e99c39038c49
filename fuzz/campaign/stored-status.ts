import { JUDGEMENTS } from '../../oracles/divergence.ts';
import { onDemand, zod } from '../../targets/subject/on-demand.ts';
import type { CampaignStatus } from './campaign-status.ts';
import { countsShape } from './journal-shapes.ts';

const shape = onDemand(() => {
  const z = zod();
  const COUNT = z.number();
  const CAUSE = z.looseObject({
    name: z.string().nullable(),
    signatures: COUNT,
    new: COUNT,
    judgements: z.partialRecord(z.enum(JUDGEMENTS), COUNT),
    case: z.string().optional(),
  });
  const TARGET = z.looseObject({
    name: z.string(),
    iterations: COUNT,
    programs: COUNT,
    known: COUNT,
    new: COUNT,
    features: COUNT,
    pool: COUNT,
    time: COUNT,
    causes: z.array(CAUSE).optional(),
  });
  const MACHINE = z.looseObject({ name: z.string(), parts: COUNT, rate: COUNT, ago: COUNT });
  const LAST = z.looseObject({ target: z.string(), signature: z.string(), ago: COUNT });
  return z.looseObject({
    state: z.enum(['running', 'done', 'interrupted', 'failed']),
    seed: COUNT,
    uptime: COUNT,
    session: COUNT,
    left: COUNT.optional(),
    counts: countsShape().loose(),
    rates: z.looseObject({ programs: COUNT, schedules: COUNT, pairs: COUNT }),
    signatures: z.looseObject({ known: COUNT, new: COUNT, last: LAST.optional() }),
    minimizing: COUNT,
    features: COUNT,
    pool: COUNT,
    curve: z.array(COUNT),
    crashes: COUNT,
    leftOut: COUNT,
    memory: COUNT,
    workers: z.array(COUNT),
    machines: z.array(MACHINE).optional(),
    targets: z.array(TARGET),
  });
});

/** The status that a campaign wrote. @returns undefined for anything else, which is as good as none */
export function statusIn(json: unknown): CampaignStatus | undefined {
  return shape().safeParse(json).data as CampaignStatus | undefined;
}
