import fc from 'fast-check'
import { expect, test } from 'vitest'

import { judgeCommand } from '../src/index.ts'
import { globMatcher } from '../src/match-glob.ts'
import { nowhere } from './shared-corpus.ts'

const runs = { numRuns: Number(process.env['KEEPUP_LIVES'] ?? 2000) / 10 }

function cellsOf(pattern: string): readonly { readonly text: string; readonly quoted: boolean }[] {
  return Array.from(pattern, (text) => ({ text, quoted: false }))
}

/** What a pattern of stars, question marks and letters means, said by its parts. */
function fitsSlowly(pattern: string, name: string): boolean {
  if (pattern === '') return name === ''
  if (pattern.startsWith('*'))
    return fitsSlowly(pattern.slice(1), name) || (name !== '' && fitsSlowly(pattern, name.slice(1)))
  return (
    name !== '' &&
    (pattern.startsWith('?') || pattern[0] === name[0]) &&
    fitsSlowly(pattern.slice(1), name.slice(1))
  )
}

test('a pattern of file names fits what it says', () => {
  const letters = (signs: string, maxLength: number): fc.Arbitrary<string> =>
    fc.array(fc.constantFrom(...Array.from(signs)), { maxLength }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(letters('ab*?', 7), letters('ab', 7), (pattern, name) => {
      expect(globMatcher(cellsOf(pattern))?.test(name)).toBe(fitsSlowly(pattern, name))
    }),
    { numRuns: 5000 },
  )
})

test('no pattern of file names takes longer than its length times that of the name', () => {
  const hostile = fc.tuple(
    fc.constantFrom('*a', 'a*', '*?', '**', '*[ab]', '*ab', '?*a'),
    fc.integer({ min: 1, max: 900 }),
    fc.constantFrom('b', '', '*b', '?'),
    fc.integer({ min: 1, max: 255 }),
  )
  fc.assert(
    fc.property(hostile, ([part, times, end, length]) => {
      const pattern = part.repeat(times) + end
      const matcher = globMatcher(cellsOf(pattern))
      expect(matcher?.test('a'.repeat(length))).toBeTypeOf('boolean')
      expect(matcher?.steps).toBeLessThanOrEqual((pattern.length + 1) * (length + 1))
    }),
    runs,
  )
})

/** Signs that could be read in more than one way, repeated: an expression of ours that tries all ways would never answer. */
const repeated: readonly (readonly [begin: string, part: string, end: string])[] = [
  ["printf '", '%0', "%n' x"],
  ["printf '", '%00000', "' x"],
  ["printf '%", '0', "' x"],
  ["awk '/", '[]', "' f"],
  ["awk '/", '[[:a:]', "' f"],
  ["awk '/", 'a\\[', "' f"],
  ['awk \'BEGIN{printf "', '%0', '"}\''],
  ["awk '{gsub(/", 'a+', '*/,"x",s)}\' f'],
  ['jq \'.a|gsub("', 'a+', '*";"x")\' f'],
  ["jq '", '"\\(', "' f"],
  ["sed 's/", '[[:a:', "/x/' f"],
  ["sed '", 's/a/b/;', "w x' f"],
  ['l', "''", 's$'],
  ['cat ', "a'b'", '$(x)'],
  ['npm view ', 'a@', ':'],
  ['npx prettier --check ', 'a/', '/{}'],
  ['cat ', 'secret_', '.ts'],
  ['grep -E ', 'a{9}', ' f'],
  ['seq -f %', '0', 'x 5'],
  ['ls ', '*a', '*b'],
  ['echo ', '{a,', 'b'],
]

test.each(repeated)('%j with %j any number of times gets an answer', (begin, part, end) => {
  for (const times of [1, 10, 40, 300, Math.floor(3900 / part.length)]) {
    const { reasons } = judgeCommand(begin + part.repeat(times) + end, 'developer', nowhere)
    expect(reasons.every(({ text }) => text !== '')).toBe(true)
  }
})
