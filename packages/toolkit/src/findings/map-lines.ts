/**
 * Where a line of one text stands in another that differs in one stretch: lines before the stretch stay, lines after it move with the end; those in it are
 * `undefined`. Lines count from 1.
 */
export function mapLines(before: string, after: string): (line: number) => number | undefined {
  const old = before.split('\n')
  const present = after.split('\n')
  const shorter = Math.min(old.length, present.length)
  let same = 0
  while (same < shorter && old[same] === present[same]) same++
  let sameEnd = 0
  while (sameEnd < shorter - same && old.at(-1 - sameEnd) === present.at(-1 - sameEnd)) sameEnd++
  return (line) => {
    if (line <= same) return line
    return line > old.length - sameEnd ? line + present.length - old.length : undefined
  }
}
