import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { MessageChain, textOf } from '../src/index.ts'

const message = (text: string) => ({ role: 'user', content: [{ type: 'text', text }] }) as const
const texts = (chain: MessageChain): string[] => [...chain].map((each) => textOf(each))

describe('MessageChain', () => {
  test('an older version still reads as it was, whatever is appended to it or after it', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(), fc.string())), (steps) => {
        const chains = [MessageChain.empty]
        const expected: string[][] = [[]]
        for (const [pick, text] of steps) {
          const from = pick % chains.length
          chains.push((chains[from] ?? MessageChain.empty).append(message(text)))
          expected.push([...(expected[from] ?? []), text])
        }
        expect(chains.map(texts)).toEqual(expected)
        expect(chains.map(({ length }) => length)).toEqual(expected.map(({ length }) => length))
      }),
    )
  })

  test('reads from both ends and never beyond its own length', () => {
    const short = MessageChain.empty.append(message('a')).append(message('b'))
    const long = short.append(message('c'))
    expect(long.at(-1)).toEqual(message('c'))
    expect(short.at(-1)).toEqual(message('b'))
    expect(short.at(2)).toBeUndefined()
    expect(short.at(-3)).toBeUndefined()
  })

  test('knows that it extends an earlier version, and not a sibling', () => {
    const root = MessageChain.empty.append(message('a'))
    const left = root.append(message('b'))
    const right = root.append(message('c'))
    expect(left.extends(root)).toBe(true)
    expect(root.extends(left)).toBe(false)
    expect(right.extends(left)).toBe(false)
  })
})
