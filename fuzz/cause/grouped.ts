/** Puts together what is alike, and whatever is alike to one of those. In the order of the list. */
export function grouped<T>(items: readonly T[], areAlike: (one: T, other: T) => boolean): T[][] {
  const groups: T[][] = [];
  for (const item of items) {
    const near = groups.filter((group) => group.some((other) => areAlike(other, item)));
    const [first, ...others] = near;
    if (!first) {
      groups.push([item]);
      continue;
    }
    first.push(item);
    for (const other of others) {
      first.push(...other);
      groups.splice(groups.indexOf(other), 1);
    }
  }
  return groups;
}
