/** Up to three names that a person may have meant, nearest first. */
export function nearestNames(name: string, names: readonly string[]): readonly string[] {
  const wanted = plain(name)
  return names
    .map((candidate) => ({ candidate, distance: distance(wanted, plain(candidate)) }))
    .filter(({ candidate, distance: found }) => found <= Math.max(2, Math.min(64, candidate.length) / 3))
    .toSorted((one, other) => one.distance - other.distance)
    .slice(0, 3)
    .map(({ candidate }) => candidate)
}

function plain(name: string): string {
  return name
    .slice(0, 64)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')
}

/** Levenshtein's distance, or 1 where one name holds the other. */
function distance(one: string, other: string): number {
  const shorter = Math.min(one.length, other.length)
  if (one !== other && shorter > 2 && (one.includes(other) || other.includes(one))) return 1
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (const [index, letter] of one.split('').entries()) {
    const next = [index + 1]
    for (const [column, facing] of other.split('').entries()) {
      const replaced = (row[column] ?? 0) + (letter === facing ? 0 : 1)
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1))
    }
    row = next
  }
  return row[other.length] ?? 0
}
