import { appendFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

import { z } from 'zod'

import { append, defineGraph, defineState, end, type Graph } from '../../src/index.ts'

const state = defineState({
  channels: { log: { schema: z.array(z.string()), reducer: append, initial: [] } },
})
type Values = { log: string[] }

/** Branches that take the time that they were given, and note in a file that they ran. The last of them may not run twice. */
export function parallelGraph(effects: string, life: string, slower: number = 1): Graph<Values> {
  return (
    defineGraph({ name: 'parallel', state })
      .node('plan', () => ({}))
      .node(
        'work',
        async (_, { input, signal }) => {
          appendFileSync(effects, `${input.name} ${life}\n`)
          await sleep(input.time * slower, undefined, { signal })
          return { log: [input.name] }
        },
        { input: z.object({ name: z.string(), time: z.number() }) },
      )
      .node(
        'pay',
        async (_, { signal }) => {
          appendFileSync(effects, `pay ${life}\n`)
          await sleep(30, undefined, { signal })
          return { log: ['paid'] }
        },
        { repeat: 'once' },
      )
      .node('unsure', (_, { failure }) => ({ log: [failure?.kind ?? ''] }))
      // Where the payment is not known, a step more leads here.
      .node('gather', () => ({ log: ['gathered'] }), { defer: true })
      .entry('plan')
      .route('plan', ['work', 'pay'], () => [
        ...branches.map((input) => ({ node: 'work' as const, input })),
        'pay',
      ])
      .onError('pay', 'unsure')
      .edge('work', 'gather')
      .edge('pay', 'gather')
      .edge('unsure', 'gather')
      .edge('gather', end)
      .build()
  )
}

/** Ten branches; those that come first take longest. */
export const branches: readonly { readonly name: string; readonly time: number }[] = Array.from(
  { length: 10 },
  (_, index) => ({ name: `b${index}`, time: 200 - index * 20 }),
)
