/** Up to three names that a person or a model may have meant by `name`, nearest first. */
export function nearestNames(name: string, names: readonly string[]): readonly string[] {
  const wanted = normalise(name.slice(0, 64))
  return names
    .map((candidate) => ({ candidate, distance: distance(wanted, normalise(candidate)) }))
    .filter(({ candidate, distance: found }) => found <= Math.max(2, candidate.length / 3))
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ candidate }) => candidate)
}

function normalise(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
}

/** Levenshtein's distance, or 1 where one name holds the other. */
function distance(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length)
  if (a !== b && shorter > 2 && (a.includes(b) || b.includes(a))) return 1
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let index = 0; index < a.length; index++) row = nextRow(row, index + 1, a.charAt(index), b)
  return row[b.length] ?? 0
}

function nextRow(above: readonly number[], first: number, character: string, b: string): number[] {
  const row = [first]
  for (let column = 1; column <= b.length; column++) {
    const replaced = (above[column - 1] ?? 0) + (character === b[column - 1] ? 0 : 1)
    row.push(Math.min(replaced, (above[column] ?? 0) + 1, (row[column - 1] ?? 0) + 1))
  }
  return row
}
