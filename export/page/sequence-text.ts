import type { RunData, StepData } from './page-data.ts';

// A run in the languages of other tools' sequence diagrams: threads are participants, words are what they talk to. These
// run in the browser, so they need nothing but the data.

/**
 * A sequence diagram in Mermaid's language, for pull requests and wikis.
 *
 *     sequenceDiagram
 *     participant L0 as thread 0
 *     participant W0 as word
 *     L0->>W0: fetch_add(1) relaxed: INT_MAX → INT_MIN
 */
export function mermaidOf(run: RunData): string {
  const lines = ['sequenceDiagram'];
  for (const [at, lane] of run.lanes.entries()) lines.push(`participant L${at} as ${mermaidText(lane)}`);
  for (const [at, { name }] of run.words.entries()) lines.push(`participant W${at} as ${mermaidText(name)}`);
  const held = new Values(run);
  for (const step of run.steps) {
    const from = `L${step.lane}`;
    if (step.op !== undefined) lines.push(`Note over ${from}: ${mermaidText(step.op)}`);
    lines.push(`${from}->>${placeOf(step, from)}: ${mermaidText(held.said(step))}`);
    for (const text of remarksOf(step)) lines.push(`Note over ${from}: ${mermaidText(text)}`);
  }
  return `${lines.join('\n')}\n`;
}

/** The same in PlantUML's language. */
export function plantUmlOf(run: RunData): string {
  const lines = ['@startuml', 'hide footbox'];
  for (const [at, lane] of run.lanes.entries()) lines.push(`participant "${plantText(lane)}" as L${at}`);
  for (const [at, { name }] of run.words.entries()) lines.push(`database "${plantText(name)}" as W${at}`);
  const held = new Values(run);
  for (const step of run.steps) {
    const from = `L${step.lane}`;
    if (step.op !== undefined) lines.push(`rnote over ${from} : ${plantText(step.op)}`);
    lines.push(`${from} -> ${placeOf(step, from)} : ${plantText(held.said(step))}`);
    for (const text of remarksOf(step)) lines.push(`note over ${from} : ${plantText(text)}`);
  }
  return `${[...lines, '@enduml'].join('\n')}\n`;
}

/** An access of no word that is drawn goes to its own thread. */
function placeOf({ word, changes = [] }: StepData, from: string): string {
  const place = word ?? changes[0]?.[0];
  return place === undefined ? from : `W${place}`;
}

/** What an access brought to light, a line each. */
export function remarksOf({ result, warnings = [], fact, diverges }: StepData): string[] {
  return [
    ...(result === undefined ? [] : [`= ${result}`]),
    ...warnings.map((text) => `⚠ ${text}`),
    ...(fact === undefined ? [] : [`✗ ${fact}`]),
    ...(diverges ? ['diverges here'] : []),
  ];
}

/** What the words of a run hold, access by access. */
export class Values {
  readonly now: string[];

  constructor(run: RunData) {
    this.now = run.words.map(({ start }) => start);
  }

  /** `fetch_add(1) relaxed: 0 → 1`; to be called for each step in turn. */
  said(step: StepData): string {
    const { access, order, word, failed, changes = [] } = step;
    const before = word === undefined ? undefined : this.now[word];
    const others = changes.filter(([at]) => at !== word).map(([, text]) => text);
    for (const [at, text] of changes) this.now[at] = text;
    const after = word === undefined ? undefined : this.now[word];
    const value = before === after ? before : `${before} → ${after}`;
    const told = [...(value === undefined ? [] : [failed ? `${value}, failed` : value]), ...others].join(
      ', ',
    );
    return `${access}${order === undefined ? '' : ` ${order}`}${told === '' ? '' : `: ${told}`}`;
  }
}

/** Mermaid takes `#59;` for a semicolon, which would end its line, and so for whatever else it would read. */
function mermaidText(text: string): string {
  return oneLine(text).replaceAll(/[#;:<>"{}%]/g, (sign) => (sign === ':' ? ':' : `#${sign.charCodeAt(0)};`));
}

/** PlantUML reads markup; `!` is a command at the begin of a line only. Each sign of it has a code, which shows as the sign. */
function plantText(text: string): string {
  return oneLine(text).replaceAll(/[<>"~\\]|[*_/-]{2,}/g, (signs) => [...signs].map(plantSign).join(''));
}

function plantSign(sign: string): string {
  return `<U+${sign.charCodeAt(0).toString(16).padStart(4, '0')}>`;
}

/**
 * A line break in a name or a warning would begin a new line of the language, and that would be a command
 * of its own: nobody looks through a diagram before it is shown.
 */
function oneLine(text: string): string {
  return text.replaceAll(/[\r\n\u2028\u2029]+/g, ' ');
}
