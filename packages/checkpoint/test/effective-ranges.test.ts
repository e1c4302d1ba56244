import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { effectiveRanges, type Line } from '../src/index.ts'

/** What a thread looks like if histories are simply copied. */
interface Copied {
  readonly name: string
  readonly after: number
  /** The whole history at every position. */
  readonly histories: string[][]
  readonly inherited: number[]
  readonly rewinds: { readonly sequence: number; readonly to: number }[]
  readonly lines: Line[]
}

type Step = { readonly thread: number } & (
  | { readonly do: 'append' }
  | { readonly do: 'rewind'; readonly to: number }
  | { readonly do: 'fork'; readonly at: number }
)

const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant('append' as const), thread: fc.nat(50) }) },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant('rewind' as const), thread: fc.nat(50), to: fc.nat(100) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('fork' as const), thread: fc.nat(50), at: fc.nat(100) }),
    },
  ),
  { maxLength: 60 },
)

function root(): Copied {
  const rewinds: Copied['rewinds'] = []
  const lines = [{ thread: 'thread-0', after: 0, rewinds }]
  return { name: 'thread-0', after: 0, histories: [[]], inherited: [0], rewinds, lines }
}

function fork(from: Copied, at: number, name: string): Copied {
  const rewinds: Copied['rewinds'] = []
  return {
    name,
    after: at,
    histories: from.histories.slice(0, at + 1),
    // Everything that a fork can read of its past was written before the fork.
    inherited: Array.from({ length: at + 1 }, (_, position) => position),
    rewinds,
    lines: [{ thread: name, after: at, rewinds }, ...from.lines],
  }
}

function play(program: readonly Step[]): Copied[] {
  const threads = [root()]
  for (const step of program) {
    const thread = threads[step.thread % threads.length] ?? root()
    const head = thread.histories.length - 1
    if (step.do === 'fork') {
      threads.push(fork(thread, step.at % (head + 1), `thread-${threads.length}`))
      continue
    }
    const sequence = head + 1
    const to = step.do === 'rewind' ? step.to % sequence : undefined
    if (to !== undefined) thread.rewinds.push({ sequence, to })
    const before = thread.histories[to ?? head] ?? []
    thread.histories.push([...before, `${thread.name}/${sequence}`])
    thread.inherited.push(to ?? thread.inherited[head] ?? 0)
  }
  return threads
}

describe('effective ranges', () => {
  test('give the history that copying would give, at every position of every thread', () => {
    fc.assert(
      fc.property(steps, (program) => {
        for (const { lines, histories, inherited } of play(program)) {
          for (const [at, expected] of histories.entries()) {
            const found = effectiveRanges(lines, at)
            expect(expand(found.ranges)).toEqual(expected)
            expect(found.inherited).toBe(inherited[at])
          }
        }
      }),
      { numRuns: 300 },
    )
  })

  test('ascend over all threads', () => {
    fc.assert(
      fc.property(steps, (program) => {
        for (const { lines, histories } of play(program)) {
          const { ranges } = effectiveRanges(lines, histories.length - 1)
          const bounds = ranges.flatMap(({ from, to }) => [from, to])
          expect(bounds).toEqual(bounds.toSorted((a, b) => a - b))
        }
      }),
    )
  })

  test('begin at the base of a pruned thread, and refuse what was pruned away', () => {
    const lines = [{ thread: 't', after: 3, base: 6, rewinds: [{ sequence: 9, to: 7 }] }]
    expect(effectiveRanges(lines, 8)).toEqual({ ranges: [{ thread: 't', from: 6, to: 8 }], inherited: 0 })
    expect(effectiveRanges(lines, 10)).toEqual({
      ranges: [
        { thread: 't', from: 6, to: 7 },
        { thread: 't', from: 9, to: 10 },
      ],
      inherited: 7,
    })
    expect(effectiveRanges(lines, 0).ranges).toEqual([])
    for (const at of [1, 3, 5]) expect(() => effectiveRanges(lines, at)).toThrow(/pruned away/)
  })

  test('of a fork of a pruned thread begin at its base', () => {
    const lines = [
      { thread: 'fork', after: 8, rewinds: [] },
      { thread: 't', after: 0, base: 6, rewinds: [] },
    ]
    expect(effectiveRanges(lines, 9).ranges).toEqual([
      { thread: 't', from: 6, to: 8 },
      { thread: 'fork', from: 9, to: 9 },
    ])
    expect(() => effectiveRanges(lines, 5)).toThrow(/pruned away/)
  })
})

function expand(ranges: readonly { thread: string; from: number; to: number }[]): string[] {
  return ranges.flatMap(({ thread, from, to }) =>
    Array.from({ length: to - from + 1 }, (_, index) => `${thread}/${from + index}`),
  )
}
