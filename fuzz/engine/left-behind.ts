import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { signatureOf } from '../../oracles/divergence.ts';
import { entriesOf, statsOf } from '../../targets/subject/folders.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import type { Target } from '../../targets/target/target.ts';
import type { FoundEvent } from '../campaign/campaign-events.ts';
import { HEADER_FILE } from '../campaign/campaign-header.ts';
import { CampaignState } from '../campaign/campaign-state.ts';
import { targetsOf } from '../campaign/durable-campaign.ts';
import { RAW_FINDINGS_FOLDER, RawFindings } from '../campaign/raw-findings.ts';
import { lockState } from '../storage/state-lock.ts';
import type { EngineContext } from './engine.ts';
import { FindingStore, type StoreEvent } from './finding-store.ts';
import { TargetTime } from './target-time.ts';

/** Raw findings of a state that are no cases yet. */
export interface LeftBehind {
  /** The folder of an engine or a campaign. */
  readonly state: string;
  /** Names of their targets. */
  readonly targets: readonly string[];
}

/**
 * What sessions met and did not make cases of.
 *
 *     .refuzz/threads                                            that state
 *     .refuzz                                                    every state in it
 *     .refuzz/threads/raw-findings/canary/…-breaks.json          the state that it belongs to
 *
 * @throws InputError for a path that is none of these
 */
export function leftBehind(path: string): LeftBehind[] {
  const states = statesAt(path);
  if (states.length === 0) {
    const what = 'is neither a case nor the state of a campaign or an engine';
    throw new InputError(path, `${what}: it has no folder ${RAW_FINDINGS_FOLDER}`);
  }
  return states.map((state) => {
    const folder = join(state, RAW_FINDINGS_FOLDER);
    const rawFindings = new RawFindings(folder);
    return { state, targets: foldersIn(folder).filter((name) => rawFindings.of(name).length > 0) };
  });
}

function statesAt(path: string): string[] {
  const found = statsOf(path);
  if (!found) return [];
  if (!found.isDirectory()) {
    const folder = dirname(dirname(path));
    return path.endsWith('.json') && basename(folder) === RAW_FINDINGS_FOLDER ? [dirname(folder)] : [];
  }
  const hasAny = (folder: string) => existsSync(join(folder, RAW_FINDINGS_FOLDER));
  return hasAny(path)
    ? [path]
    : foldersIn(path)
        .map((name) => join(path, name))
        .filter(hasAny);
}

function foldersIn(folder: string): string[] {
  if (!statsOf(folder)?.isDirectory()) return [];
  return entriesOf(folder)
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

/**
 * Makes cases of them. A campaign knows its targets, and is told of the cases; for what other engines left, the caller
 * opens the targets.
 *
 * @param corpus the folder of cases, see `knownSignatures`
 * @param open a target by its name
 * @param done called with what each target came to, after its last event
 * @throws InputError when another process is using the state, or a target is not there
 */
export async function* finishLeft(
  { state, targets }: LeftBehind,
  corpus: string | undefined,
  open: (name: string) => Target,
  context: EngineContext,
  done: (store: FindingStore) => void,
): AsyncGenerator<StoreEvent> {
  const { close, opened } = await openState(state);
  try {
    for (const name of targets) {
      const { target, found } = opened(name) ?? { target: open(name), found: undefined };
      const store = new FindingStore(target, corpus, join(state, RAW_FINDINGS_FOLDER));
      for await (const event of finished(store, context)) {
        if (event.kind === 'found') found?.(event);
        yield event;
      }
      done(store);
    }
  } finally {
    close();
  }
}

/** Without a limit of time; but the user can end it. */
async function* finished(store: FindingStore, context: EngineContext): AsyncGenerator<StoreEvent> {
  const never = Number.POSITIVE_INFINITY;
  const callOff = new TargetTime(context, never, never).bind(store.ends);
  try {
    yield* store.takeUp();
  } finally {
    callOff();
    await store.close();
  }
}

/** A state that nobody else is using. */
interface OpenState {
  /** A target of the campaign that lies there, and who is to hear of its cases. */
  opened(name: string): { readonly target: Target; readonly found: (event: FoundEvent) => void } | undefined;
  close(): void;
}

async function openState(state: string): Promise<OpenState> {
  if (!existsSync(join(state, HEADER_FILE))) {
    const lock = lockState(state);
    return { opened: () => undefined, close: () => lock.release() };
  }
  const campaign = CampaignState.resume(state);
  try {
    const named = await targetsOf(campaign);
    return {
      opened(name) {
        const target = named.find((one) => one.target.name === name)?.target;
        if (!target) return undefined;
        return { target, found: listenerOf(campaign, target) };
      },
      close: () => campaign.close(),
    };
  } catch (error) {
    campaign.close();
    throw error;
  }
}

/** Nobody, where the source has changed since: then the campaign cannot go on, and is of no use to what was met. */
function listenerOf(campaign: CampaignState, target: Target): (event: FoundEvent) => void {
  try {
    const journal = campaign.openTarget(target);
    return ({ divergence, path }) => journal.found(signatureOf(divergence), path);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return () => {};
  }
}
