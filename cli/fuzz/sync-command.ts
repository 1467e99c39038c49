import { resolve } from 'node:path';
import { holdsNothing } from '../../fuzz/campaign/campaign-header.ts';
import { syncPools } from '../../fuzz/campaign/sync-pools.ts';
import { type SyncedCases, syncCases } from '../../fuzz/case/sync-corpus.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { EXIT, type Io } from '../io/io.ts';

/** Options of `refuzz corpus sync`. */
export interface SyncOptions {
  /** Copy what the first lacks as well. */
  readonly both?: boolean;
  readonly json?: boolean;
}

/**
 * `refuzz corpus sync`: of two corpora the cases, of two campaigns the programs of their pools.
 *
 * @returns 0, or 2 where files were refused: all others are copied
 * @throws InputError for a corpus and a campaign, and for one folder twice
 */
export async function syncCommand(from: string, to: string, options: SyncOptions, io: Io): Promise<number> {
  if (resolve(from) === resolve(to)) throw new InputError(to, 'is both of the two');
  const [isCampaign, other] = [!holdsNothing(from), !holdsNothing(to)];
  if (isCampaign !== other)
    throw new InputError(
      isCampaign ? from : to,
      'is a campaign, and the other is none; sync two campaigns, or two corpora',
    );
  const ways = options.both ? [[from, to] as const, [to, from] as const] : [[from, to] as const];
  let code: number = EXIT.OK;
  for (const [source, place] of ways) {
    const refused = isCampaign ? await pools(source, place, options, io) : cases(source, place, options, io);
    if (refused) code = EXIT.USAGE;
  }
  return code;
}

/** Of two campaigns. A target that the other has not, or of other code, is told: nobody is to believe that it was synced. */
async function pools(from: string, to: string, { json }: SyncOptions, io: Io): Promise<boolean> {
  const targets = [];
  for await (const one of syncPools(from, to)) {
    targets.push(one);
    const { target, offered, taken } = one;
    const how =
      offered === undefined
        ? `${from} has no such target, or of other code`
        : `${taken} of ${offered} programs taken`;
    io.out(`${target}: ${how}\n`);
  }
  if (json) io.out(`${JSON.stringify({ from, to, targets })}\n`);
  return false;
}

/** Of two corpora. @returns whether something was refused */
function cases(from: string, to: string, { json }: SyncOptions, io: Io): boolean {
  const synced: SyncedCases = syncCases(from, to);
  const { stored, same, different, refused } = synced;
  io.out(
    `${to}: ${stored.length} new, ${same} the same, ${different.length} kept as they were${refused.length > 0 ? `, ${refused.length} refused` : ''}\n`,
  );
  for (const { from: there, to: here } of different)
    io.err(`note   ${here} stays, and differs from ${there}\n`);
  for (const error of refused) io.err(`refuzz: ${error.message}\n`);
  if (json) io.out(`${JSON.stringify({ from, to, ...synced, refused: refused.map(({ file }) => file) })}\n`);
  return refused.length > 0;
}
