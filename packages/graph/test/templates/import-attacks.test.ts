import type { JsonObject } from '@keepup/core'
import { describe, expect, it } from 'vitest'

import { importAutogpt } from '../../src/templates/index.ts'
import { exported } from './exported.ts'
import { runImported as run } from './run-imported.ts'

describe('what cannot be imported as it is', () => {
  it('is a function that fails until it is given, or is left out, and the report says why', () => {
    const graph = exported(
      [
        ['unknown', '12345678-aaaa-bbbb-cccc-1234567890ab', { x: 1 }],
        ['look', 'match', { text: 'x', match: '(?<=a)b' }],
        ['slow', 'timer', { repeat: 3, seconds: 1 }],
        ['parts', 'createList', { values: [1, 2], max_size: 1 }],
        ['never', 'store'],
        ['after', 'store'],
      ],
      ['never.output > after.input', 'after.output > never.input', 'gone.x > look.data'],
    )
    const { report } = importAutogpt(JSON.stringify(graph))
    const fates = Object.fromEntries(
      report.blocks.map(({ id, fate, function: called, notes }) => [
        id,
        `${fate} ${called ?? ''} ${notes.join()}`,
      ]),
    )
    expect(fates).toMatchObject({
      unknown: expect.stringMatching(/missing autogpt.block_12345678 has no counterpart/),
      look: expect.stringMatching(/missing autogpt.match_text_pattern.*not one of RE2/),
      slow: expect.stringMatching(/missing autogpt.countdown_timer it repeats/),
      parts: expect.stringMatching(/missing autogpt.create_list_in_parts/),
      never: expect.stringMatching(/left-out.*never runs/),
      after: expect.stringMatching(/left-out.*never runs/),
    })
    expect(report.notes).toEqual(['1 links lead from or to blocks that are not in the graph: left out'])
  })

  it.each([
    ['{"nodes": 3}', '/nodes: is 3; fix: write a list'],
    ['[]', 'is []; fix: write an object'],
    ['{', 'cannot be read'],
    [
      JSON.stringify(
        exported(
          [
            ['a', 'store'],
            ['a', 'store'],
          ],
          [],
        ),
      ),
      '/nodes/1/id: is "a", as of another block',
    ],
    [JSON.stringify(exported([['a', 'note']], [])), 'no block that could ever run'],
    [
      JSON.stringify({ ...exported([['a', 'store']], []), nodes: [{ id: 'a' }] }),
      '/nodes/0/block_id: is missing',
    ],
  ])('%j is refused', (text, told) => {
    expect(() => importAutogpt(text)).toThrow(
      expect.objectContaining({ code: 'configuration-invalid', message: expect.stringContaining(told) }),
    )
  })

  it('names no node, function or key that breaks the template, whatever an export holds', async () => {
    const nasty = 'a"b{{ state }}\n__proto__ "; `$(x)`'
    const graph = exported(
      [
        ['a', 'store', { data: nasty }],
        ['b', nasty, { [nasty]: nasty, constructor: 1 }],
        ['c', 'output', { name: nasty }],
      ],
      ['a.output > b.x_#_toString', 'b.y_#_a b_$_3 > c.value'],
    )
    const called: JsonObject[] = []
    const { template, report } = importAutogpt(JSON.stringify(graph))
    const missing = report.blocks.flatMap((block) => block.function ?? [])
    const functions = Object.fromEntries(
      missing.map((name) => [
        name,
        (input: JsonObject) => (called.push(input), { y: { 'a b': [0, 1, 2, 'third'] } }),
      ]),
    )
    expect(Object.keys(template.nodes)).toHaveLength(3)
    expect((await run(graph, {}, { functions })).output).toEqual({ [nasty]: 'third' })
    expect(called).toEqual([{ [nasty]: nasty, constructor: 1, x: { toString: nasty } }])
  })
})
