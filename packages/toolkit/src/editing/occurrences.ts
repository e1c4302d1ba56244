/** Where a sequence of lines stands in another, overlapping places too: Knuth, Morris and Pratt's, so that repetitive files cost no more. */
export function* occurrencesOf(wanted: readonly string[], lines: readonly string[]): Generator<number> {
  const borders = bordersOf(wanted)
  let matched = 0
  for (const [index, line] of lines.entries()) {
    while (matched > 0 && line !== wanted[matched]) matched = borders[matched - 1] ?? 0
    if (line === wanted[matched]) matched++
    if (matched < wanted.length) continue
    yield index - wanted.length + 1
    matched = borders[matched - 1] ?? 0
  }
}

/** For each beginning of the sequence, how long the longest one is that it also ends with. */
function bordersOf(wanted: readonly string[]): readonly number[] {
  const borders: number[] = [0]
  for (let index = 1, border = 0; index < wanted.length; index++) {
    while (border > 0 && wanted[index] !== wanted[border]) border = borders[border - 1] ?? 0
    if (wanted[index] === wanted[border]) border++
    borders.push(border)
  }
  return borders
}
