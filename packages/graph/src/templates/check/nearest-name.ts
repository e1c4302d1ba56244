/** The name that a mistyped one most likely meant, or nothing where none is near. */
export function nearestName(name: string, names: Iterable<string>): string | undefined {
  const word = name.slice(0, 64).toLowerCase()
  const [nearest] = [...names]
    .map((candidate) => ({ candidate, distance: editDistance(word, candidate.slice(0, 64).toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= Math.max(2, candidate.length / 3))
    .toSorted((one, other) => one.distance - other.distance)
  return nearest?.candidate
}

/** What to do about a name that is not there: the nearest one that is, or all of them. */
export function knownNames(name: string, names: Iterable<string>, what: string): string {
  const all = [...names]
  const near = nearestName(name, all)
  if (near !== undefined) return `did you mean ${near}?`
  if (all.length === 0) return `there is no ${what}: add it`
  return `write one of ${all.slice(0, 20).join(', ')}${all.length > 20 ? ', ...' : ''}`
}

/** Levenshtein's distance. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (const [above, letter] of from.split('').entries()) {
    const next = [above + 1]
    for (const [index, other] of to.split('').entries()) {
      const changed = (row[index] ?? 0) + (letter === other ? 0 : 1)
      next.push(Math.min(changed, (row[index + 1] ?? 0) + 1, (next[index] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
