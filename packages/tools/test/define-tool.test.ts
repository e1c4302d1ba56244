import { expect, test } from 'vitest'
import { z } from 'zod'

import { defineTool } from '../src/index.ts'
import { contextOf } from './fake-call.ts'

test('the input type follows from the schema, and plain text is an output', async () => {
  const shout = defineTool({
    name: 'shout',
    description: 'Shouts',
    input: z.object({ text: z.string(), times: z.number().default(1) }),
    repeat: 'safe',
    effects: ({ text }) => [{ kind: 'read', target: text.toUpperCase() }],
    run: async ({ text, times }) => text.toUpperCase().repeat(times),
  })
  expect(shout.effects({ text: 'a', times: 2 })).toEqual([{ kind: 'read', target: 'A' }])
  expect(await shout.run({ text: 'a', times: 2 }, contextOf())).toEqual({
    content: [{ type: 'text', text: 'AA' }],
  })
})
