import { minimizingText, statusLine } from '../../export/report/campaign-report.ts';
import {
  begunLine,
  guestCrashLines,
  movedLines,
  statusText,
  workerCrashLine,
} from '../../export/report/engine-report.ts';
import type { SummaryCommands } from '../../export/report/engine-summary.ts';
import { stressReport } from '../../export/report/stress-report.ts';
import { deathLine } from '../../fuzz/booted/kernel-session.ts';
import type { CampaignStatus } from '../../fuzz/campaign/campaign-status.ts';
import { DEFAULT_CORPUS } from '../../fuzz/case/known-signatures.ts';
import type { BegunEvent, EngineEvent, EngineStatus } from '../../fuzz/engine/engine.ts';
import { shellWord } from '../../targets/subject/shell-word.ts';
import type { Io } from '../io/io.ts';
import type { Screen } from '../io/live-screen.ts';
import { type CodeOptions, flagsOf, flagsOfNew } from '../target/find-target.ts';
import { newsLine, seenLine } from '../target/news.ts';
import { type CaseOfTarget, isCaseOfPair } from '../target/pair-of-case.ts';

/** Seconds between two lines of status, where nobody watches. */
const LINE_EVERY = 60;
/** Seconds without a program after which it is said what is waited for; each next time after LONGER times as many. */
const SILENCE = 2;
const LONGER = 5;

/**
 * Prints the events of an engine as they come.
 *
 *     terminal        a status written over four times a second; events above it
 *     no terminal     a line of status a minute (random only), and events as they come
 *
 * Sightings and findings go to standard error, since the summary lists them; races and dead guests are results.
 */
export class EventPrinter {
  readonly #screen: Screen;
  readonly #io: Io;
  /** By target: what a command about it needs besides its name. */
  #flags: ReadonlyMap<string, string> = new Map();
  /** The same for a case that is made now. */
  #flagsOfNew: ReadonlyMap<string, string> = new Map();
  #code: CodeOptions = {};
  /** What a command needs to store new cases where this search does. */
  #place = '';
  /** Seconds of the session at which the next line is due. */
  #lineDue = LINE_EVERY;
  /** The same for the line about what is being minimised, and what it was about. */
  #silence = SILENCE;
  #silentSince = 0;
  #programs = -1;

  constructor(screen: Screen, io: Io) {
    this.#screen = screen;
    this.#io = io;
  }

  /** The command that shows a new case. */
  readonly showCommand = (target: string, path: string): string =>
    `refuzz show ${shellWord(path)}${this.#flagsOfNew.get(target) ?? ''}`;

  /**
   * The command that makes cases of what was left. A campaign knows its targets; for the state of another engine they
   * are named again.
   */
  readonly finishCommand = (state: string): string =>
    `refuzz minimize ${shellWord(state)}${[...new Set(this.#flags.values())].join('')}${this.#place}`;

  /** What a summary names. */
  get commands(): SummaryCommands {
    return { show: this.showCommand, finish: this.finishCommand };
  }

  /** The commands that results name. */
  get told() {
    return {
      show: (target: string, path: string, isNew: boolean) =>
        isNew ? this.showCommand(target, path) : `refuzz show ${shellWord(path)}${this.flagsOf(target)}`,
      check: (target: string, program: string) => this.#checkCommand(target, program),
    };
  }

  print(event: Exclude<EngineEvent, { kind: 'ended' }>): void {
    if (event.kind === 'status') {
      this.#printStatus(event.status);
      return;
    }
    this.#screen.done();
    const { out, err, style } = this.#io;
    switch (event.kind) {
      case 'begun':
        this.#begin(event);
        break;
      case 'seen':
        err(seenLine(event.target, event.divergence));
        break;
      case 'found':
        err(newsLine(event.target, event.divergence, event.path, this.#flagsOfNew.get(event.target) ?? ''));
        break;
      case 'note':
        err(`note   ${event.text}\n`);
        break;
      case 'worker-crash':
        err(`${workerCrashLine(event, (target, program) => this.#checkCommand(target, program))}\n`);
        break;
      case 'guest-died':
        err(`the guest died (${deathLine(event.death)}); looking for the program that did it\n`);
        break;
      case 'guest-crash':
        for (const line of guestCrashLines(event, this.#raceCommand, style)) out(`${line}\n`);
        break;
      case 'input-failed':
        err(`crash  ${event.target}: ${event.text}\n`);
        break;
      case 'outcomes':
        for (const line of stressReport(event.harness, event.report, style)) out(`${line}\n`);
        break;
    }
  }

  /** Flags are known from here on: no event that names a command comes before `begun`. */
  #begin(event: BegunEvent): void {
    const { targets, code, corpus, state, moved } = event;
    this.#place = corpus === DEFAULT_CORPUS ? '' : ` --corpus ${shellWord(corpus)}`;
    this.#flags = new Map(targets.map((named) => [named.target.name, flagsOf(named, code)]));
    this.#flagsOfNew = new Map(targets.map((named) => [named.target.name, flagsOfNew(named, code)]));
    this.#code = code;
    for (const line of movedLines(state, moved, shellWord)) this.#io.err(`${line}\n`);
    this.#io.err(`${begunLine(event)}\n`);
  }

  #printStatus(status: EngineStatus): void {
    this.#screen.update(() => statusText(status, this.#io.style));
    if (this.#io.isTerminal || status.engine !== 'random') return;
    const { session } = status.status;
    this.#tellMinimizing(status.status);
    if (session < this.#lineDue) return;
    this.#lineDue = session + LINE_EVERY;
    this.#io.err(`${statusLine(status.status)}\n`);
  }

  /** Nothing is searched while everything waits for cases: that can take minutes, and looks like a hang. */
  #tellMinimizing({ session, minimizing, counts }: CampaignStatus): void {
    if (minimizing === 0 || counts.programs !== this.#programs) {
      this.#programs = counts.programs;
      this.#silentSince = session;
      this.#silence = SILENCE;
    } else if (session - this.#silentSince >= this.#silence) {
      this.#silence *= LONGER;
      this.#io.err(`${minimizingText(minimizing)}\n`);
    }
  }

  /** What a command about a target needs besides its name. */
  flagsOf(target: string): string {
    return this.#flags.get(target) ?? '';
  }

  /** The same for a cause of it. @param stored a case of that cause, which may know the rest */
  flagsOfCause(target: string, stored: CaseOfTarget | undefined): string {
    const isKnown = stored !== undefined && isCaseOfPair(stored, this.#code);
    return isKnown ? (this.#flagsOfNew.get(target) ?? '') : this.flagsOf(target);
  }

  /** The crashed program is decided alone, by another command than the one that met it. */
  #checkCommand(target: string, program: string): string {
    return `refuzz check ${shellWord(target)}${this.flagsOf(target)} --program ${shellWord(program)}`;
  }

  readonly #raceCommand = (target: string, program: string): string =>
    `refuzz fuzz ${shellWord(target)}${this.flagsOf(target)} --engine kernel --program ${shellWord(program)}`;
}
