/** The names most like `wanted`, best first, at most `count`: those that hold it or are held by it, then those with the fewest changed letters. */
export function nearestNames(wanted: string, names: Iterable<string>, count = 3): readonly string[] {
  const low = wanted.toLowerCase()
  const ranked = [...names].map((name) => ({ name, distance: distanceOf(low, name.toLowerCase()) }))
  return ranked
    .filter(({ distance, name }) => distance <= Math.max(3, Math.ceil(Math.max(name.length, low.length) / 2)))
    .toSorted((a, b) => a.distance - b.distance || a.name.localeCompare(b.name))
    .slice(0, count)
    .map(({ name }) => name)
}

function distanceOf(a: string, b: string): number {
  const within = a !== '' && (a.includes(b) || b.includes(a))
  return within ? Math.min(2, Math.abs(a.length - b.length)) : editDistance(a, b)
}

/** Levenshtein's: letters to change, add or take away. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
