import { type AwkToken, textAt } from './awk-tokens.ts'

/** That a loop over the keys of one array makes keys of another. */
interface Made {
  readonly from: string
  readonly to: string
}

/**
 * Whether a loop over the keys of an array may make keys of the same array, be it through others: with each line they may be twice as many. `a[k]`
 * for the key `k` of a loop makes none that is new.
 */
export function keyFault(tokens: readonly AwkToken[]): string | undefined {
  const made = madeKeys(tokens)
  const reached = new Map<string, Set<string>>()
  for (const { from, to } of made) reached.set(from, (reached.get(from) ?? new Set()).add(to))
  for (const { from } of made)
    if (leadsBack(from, reached)) return 'a loop that makes keys of the array that it goes through'
  return undefined
}

function leadsBack(start: string, reached: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  const seen = new Set<string>(reached.get(start))
  for (const name of seen) for (const next of reached.get(name) ?? []) seen.add(next)
  return seen.has(start)
}

function madeKeys(tokens: readonly AwkToken[]): readonly Made[] {
  const made: Made[] = []
  let arrays: readonly string[] = []
  let keys: readonly string[] = []
  for (const [at, { text, kind }] of tokens.entries()) {
    // From the first loop on: where its body ends is not asked.
    if (kind === 'name' && text === 'for' && textAt(tokens, at + 3) === 'in') {
      keys = [...keys, textAt(tokens, at + 2)]
      arrays = [...arrays, textAt(tokens, at + 4)]
    }
    if (kind !== 'name' || textAt(tokens, at + 1) !== '[') continue
    if (keys.includes(textAt(tokens, at + 2)) && textAt(tokens, at + 3) === ']') continue
    for (const from of arrays) made.push({ from, to: text })
  }
  return made
}
