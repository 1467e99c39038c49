import { deathLine } from '../../fuzz/booted/kernel-session.ts';
import type { WorkerCrashEvent } from '../../fuzz/campaign/campaign-events.ts';
import type { MovedCampaign } from '../../fuzz/campaign/kept-campaigns.ts';
import type { BegunEvent, EngineStatus, GuestCrashEvent } from '../../fuzz/engine/engine.ts';
import { leftOut } from '../../targets/target/interfaces.ts';
import type { Style } from '../show/style.ts';
import { statusScreen } from './campaign-report.ts';
import { compact } from './report.ts';

/** `seed 1; 2 targets; corpus corpus; state .refuzz/campaign`. An engine without a seed begins with its name. */
export function begunLine(event: BegunEvent): string {
  const { engine, seed, targets, release, corpus, state, isResumed } = event;
  const where =
    engine === 'threads' ? ' on real threads' : release === undefined ? '' : ` in Linux ${release}`;
  return [
    seed === undefined ? engine : `seed ${seed}`,
    `${targets.length} target${targets.length === 1 ? '' : 's'}${where}${withoutText(event)}`,
    `corpus ${corpus}`,
    `state ${state}`,
    ...(isResumed ? ['resumed'] : []),
  ].join('; ');
}

/**
 * Where a campaign went that lay in the folder of this one, and what can be done with it.
 *
 * @param quoted a path as the shell takes it
 */
export function movedLines(
  state: string,
  moved: MovedCampaign | undefined,
  quoted: (path: string) => string,
): string[] {
  if (!moved || moved.what === 'over') return [];
  const { path, what, kept } = moved;
  const again = `refuzz fuzz --resume --state ${quoted(path)}`;
  const held = {
    'other version': `a campaign of another version of refuzz; it is kept in ${path}, and that version continues it: ${again}`,
    open: `a campaign that can go on; it is kept in ${path}: ${again}`,
    damaged: `a campaign whose campaign.json is damaged; it is kept in ${path}`,
  }[what];
  const many = `${kept} earlier campaigns are kept beside ${state}; remove those that you do not need`;
  return [`${state} held ${held}`, ...(kept === undefined ? [] : [many])];
}

/** What is not searched of two sources where somebody chose: a search that finds nothing says nothing about it. */
function withoutText({ code, targets }: BegunEvent): string {
  return code.only === undefined ? '' : targets.map(({ target }) => leftOut(target)).join('');
}

/** A worker that ended, in one line. @param check the command that decides a program of a target */
export function workerCrashLine(
  { target, how, times, isLeftOut, lacksCause, program, path }: WorkerCrashEvent,
  check: (target: string, program: string) => string,
): string {
  const next = lacksCause
    ? 'it was looking for the cause of a case, which is stored without one'
    : isLeftOut
      ? 'it is left out from now on'
      : 'it is tried again';
  const command = program === undefined ? '' : `   ${check(target, program)}`;
  return `crash  ${target}: a worker ended (${how}), time ${times}; ${next}: ${path}${command}`;
}

/** A guest that died, and how to make it die again. @param race the command that races a program of a target */
export function guestCrashLines(
  { target, death, programs, isReproduced, path }: GuestCrashEvent,
  race: (target: string, program: string) => string,
  style: Style,
): string[] {
  const again = isReproduced ? '' : '; a fresh guest did not die of it';
  return [
    `${style.red('guest died')} ${deathLine(death)}${again}`,
    `  kept in ${path}`,
    programs.length > 1
      ? `  the last ${programs.length} programs: it could not be narrowed down to one`
      : `  ${race(target, programs[0]!)}`,
  ];
}

/** How far an engine is, for somebody who watches: several lines for `random`, one for the others. */
export function statusText(status: EngineStatus, style: Style): string {
  switch (status.engine) {
    case 'random':
      return statusScreen(status.status, style);
    case 'threads': {
      const { target, totals, seconds } = status;
      // At the first look no time may have passed.
      const rate = compact(totals.runs / Math.max(seconds, 0.001));
      return `${target}  ${rate} runs/s  ${totals.programs} programs  ${compact(totals.windowRuns)} in windows  unreachable ${totals.unreachable}`;
    }
    case 'kernel': {
      const { target, totals } = status;
      return `${target}  ${compact(totals.ops)} ops, ${totals.different} differ  ${compact(totals.runs)} races, ${compact(totals.windowRuns)} in windows  unreachable ${totals.unreachable}`;
    }
    case 'jsfuzz': {
      const { target, status: counts, seconds, left, fresh } = status;
      return [
        `${target}: ${style.bold(`${compact(counts.execs / Math.max(seconds, 0.001))} inputs/s`)}`,
        `coverage ${counts.coverage}  kept ${counts.corpus}`,
        `new ${fresh > 0 ? style.red(String(fresh)) : '0'}  ${Math.ceil(left)} s left`,
      ].join('   ');
    }
  }
}
