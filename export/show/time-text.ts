import { Access } from '../../fuzz/run/access.ts';
import { laterName } from '../../fuzz/run/later-names.ts';
import { calledBy } from '../../fuzz/run/recorded-later.ts';
import type { AccessSeen } from '../../fuzz/run/trace.ts';
import { Cancel } from '../../targets/subject/later.ts';
import type { Subject } from '../../targets/subject/subject.ts';

/** What a table says of an access of time: `arm expire`, `cancel expire, when it does not run`. @returns undefined for others */
export function timeText(
  subject: Subject,
  { kind, a, b }: Pick<AccessSeen, 'kind' | 'a' | 'b'>,
): string | undefined {
  if (subject.kind !== 'scheme' || !subject.time) return undefined;
  const { later = [] } = subject.time;
  switch (kind) {
    case Access.RCU_CALL:
      return later.length > 0 ? `call_rcu ${laterName(subject, calledBy(b).which)}` : undefined;
    case Access.LATER_ARM:
      return `${later[a]?.kind === 'work' ? 'queue' : 'arm'} ${laterName(subject, a)}`;
    case Access.LATER_BEGIN:
      return later[a]?.kind === 'reuse' ? 'gets the memory' : 'begins';
    case Access.LATER_CANCEL:
      return cancelText(laterName(subject, a), b);
    case Access.LATER_STATE:
      return `${laterName(subject, a)} armed?`;
    case Access.FLUSH_BEGIN:
      return a < 0 ? 'note callbacks' : `note runs of ${laterName(subject, a)}`;
    case Access.FLUSH_END:
      return a < 0 ? 'callbacks are over' : `${laterName(subject, a)} is over`;
    default:
      return undefined;
  }
}

function cancelText(name: string, how: number): string {
  if ((how & Cancel.ENABLE) !== 0) return `${name} does not run`;
  const disarms =
    (how & Cancel.SHUT) !== 0 ? 'shut down' : (how & Cancel.DISABLE) !== 0 ? 'disable' : 'cancel';
  return `${disarms} ${name}${(how & Cancel.WHILE_IDLE) !== 0 ? ', when idle' : ''}`;
}
