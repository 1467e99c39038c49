import type { MemoryProgram } from './event.ts';
import type { Rules } from './rules.ts';
import { waitsForItself } from './sections.ts';
import { executionOf, firstState, keyOf, type Setting, type State, settingOf } from './state.ts';
import { isOver, type Step, stepsFrom } from './steps.ts';

/** How a program can end: an execution, once for each that differs in what was read or in the order of writes. */
export interface Ending {
  readonly setting: Setting;
  readonly state: State;
  /** One way to it, in the order in which things happened. */
  readonly steps: readonly Step[];
  /** Whether the execution was met before: then this is another way to it, on which plain accesses race. */
  readonly isKnown: boolean;
}

/** What an exploration met besides endings. */
export interface Explored {
  readonly states: number;
  /** Whether there were more states than allowed. */
  readonly isCutShort: boolean;
}

/** Steps, the latest first. */
interface Way {
  readonly step: Step;
  readonly earlier: Way | undefined;
}

/**
 * Goes through every state that a program can reach, each once.
 *
 * @param most states; after as many it gives up
 * @param onEnding called for each execution
 * @param rules fewer than all only in tests
 */
export function explore(
  program: MemoryProgram,
  most: number,
  onEnding: (ending: Ending) => void,
  rules?: Rules,
): Explored {
  const setting = settingOf(program, rules);
  const found = { states: 0, isCutShort: false };
  if (waitsForItself(program, setting.sections)) return found;
  const seen = new Set<string>();
  const executions = new Set<string>();
  const open: { state: State; way: Way | undefined }[] = [{ state: firstState(setting), way: undefined }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const key = keyOf(next.state);
    if (seen.has(key)) continue;
    if (found.states >= most) return { ...found, isCutShort: true };
    seen.add(key);
    found.states++;
    const { state, way } = next;
    if (isOver(setting, state)) {
      const execution = executionOf(state);
      const isKnown = executions.has(execution);
      if (!isKnown || state.isRaced) onEnding({ setting, state, steps: stepsOf(way), isKnown });
      executions.add(execution);
      continue;
    }
    for (const step of stepsFrom(setting, state)) {
      const isRaced = state.isRaced || step.isRace;
      const after = isRaced === step.after.isRaced ? step.after : { ...step.after, isRaced };
      open.push({ state: after, way: { step, earlier: way } });
    }
  }
  return found;
}

function stepsOf(way: Way | undefined): Step[] {
  const steps: Step[] = [];
  for (let at = way; at !== undefined; at = at.earlier) steps.push(at.step);
  return steps.reverse();
}
