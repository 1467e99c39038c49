/*
 * Subsystems are folders. A kernel has thousands of them, a driver has two, and a table has to fit on a screen. So one begins
 * with the folders of the root, and takes the fullest folder below them out, as often as there is room for another row.
 */

/** Counters of a folder. */
export interface Subsystem<T> {
  /** `drivers/net`; `drivers, rest` where folders of it have rows of their own; `.` for what lies at the root. */
  readonly name: string;
  readonly members: readonly T[];
}

/** The least share of everything that is worth a row. */
const LEAST = 0.02;
/** A folder that has more than this share of the one around it is no part of that, but nearly all of it. */
const MOST = 0.75;

/** A folder on its way to a row. What was taken out of it has rows of its own. */
interface Row<T> {
  readonly folder: string;
  members: T[];
  /** Members before folders were taken out. */
  whole: number;
}

/**
 * Members by folder, the fullest first.
 *
 *     drivers 2000, fs 500, net 400
 *     drivers, rest 1300, drivers/net 700, fs 500, net 400
 *     drivers, rest 900, drivers/net 700, fs 500, drivers/gpu 400, net 400
 *
 * @param most rows of folders that have their share of everything; small ones come after these
 */
export function subsystemsOf<T>(
  members: readonly T[],
  fileOf: (member: T) => string,
  most: number,
): Subsystem<T>[] {
  const rows: Row<T>[] = [...grouped(members, (member) => folderOf(fileOf(member), 1))].map(([folder, own]) =>
    closed({ folder, members: own, whole: own.length }, fileOf),
  );
  // Folders that are hardly worth a row take no room: whoever makes a table sums them.
  const least = members.length * LEAST;
  const large = () => rows.filter(({ members: own }) => own.length >= least).length;
  while (large() < most) {
    const [next] = rows
      .flatMap((row) => partsOf(row, fileOf).map(([folder, own]) => ({ row, folder, own })))
      .filter(({ row, own }) => own.length >= least && own.length <= row.whole * MOST)
      .sort((one, other) => other.own.length - one.own.length || (one.folder < other.folder ? -1 : 1));
    if (!next) break;
    const taken = new Set(next.own);
    next.row.members = next.row.members.filter((member) => !taken.has(member));
    rows.push(closed({ folder: next.folder, members: next.own, whole: next.own.length }, fileOf));
  }
  return rows
    .filter(({ members: own }) => own.length > 0)
    .map(({ folder, members: own, whole }) => ({
      name: own.length < whole ? `${folder}, rest` : folder,
      members: own,
    }))
    .sort((one, other) => other.members.length - one.members.length || (one.name < other.name ? -1 : 1));
}

/**
 * A folder that holds one folder and nothing else goes by the name of that: `net/ipv4`, if there is no other in `net`.
 *
 *     net/ipv4/a.c, net/ipv4/b.c                 net/ipv4
 *     net/ipv4/a.c, net/core/b.c                 net
 */
function closed<T>(row: Row<T>, fileOf: (member: T) => string): Row<T> {
  const [only, ...others] = partsOf(row, fileOf);
  if (!only || others.length > 0 || only[1].length < row.members.length) return row;
  return closed({ ...row, folder: only[0] }, fileOf);
}

/** The folders in a folder, with their members; files that lie in it itself are in none. */
function partsOf<T>({ folder, members }: Row<T>, fileOf: (member: T) => string): [string, T[]][] {
  const depth = folder.split('/').length + 1;
  const parts = grouped(members, (member) => folderOf(fileOf(member), depth));
  parts.delete(folder);
  return [...parts];
}

/** `drivers/net/ethernet/a.c` to two folders: `drivers/net`. */
function folderOf(file: string, depth: number): string {
  const folders = file.split('/').slice(0, -1);
  return folders.length === 0 ? '.' : folders.slice(0, depth).join('/');
}

function grouped<T>(members: readonly T[], keyOf: (member: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const member of members) {
    const key = keyOf(member);
    const own = groups.get(key);
    if (own) own.push(member);
    else groups.set(key, [member]);
  }
  return groups;
}
