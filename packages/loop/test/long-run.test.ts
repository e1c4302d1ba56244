import { memoryCheckpointer } from '@keepup/checkpoint'
import { type AgentEvent, type Entry, isLive, type Model } from '@keepup/core'
import { expect, test } from 'vitest'

import { createOrchestrator } from '../src/index.ts'
import { completed, coordinator, harness } from './harness.ts'

const turns = 5_000

/** A model that calls a tool in every turn, and remembers how many listeners each signal had that it was given. */
function tireless(): { readonly model: Model; listeners: number; made: number } {
  const state = { listeners: 0, made: 0 }
  const model: Model = {
    id: 'test/tireless',
    async *stream(request, signal) {
      const listener = (): void => {}
      signal.addEventListener('abort', listener)
      state.listeners += 1
      try {
        state.made += 1
        const call = {
          type: 'tool-call',
          id: `c${state.made}`,
          name: 'look',
          input: { n: state.made },
        } as const
        const content = request.toolChoice === 'none' ? [{ type: 'text', text: 'over' } as const] : [call]
        yield { type: 'text-delta', text: '.' }
        const usage = { input: 10, cached: 0, cacheWritten: 0, output: 1, reasoning: 0 }
        yield { type: 'finished', message: { role: 'assistant', content }, reason: 'stop', usage }
      } finally {
        signal.removeEventListener('abort', listener)
        state.listeners -= 1
      }
    },
  }
  return Object.assign(state, { model })
}

test('five thousand turns leave no listener behind, and every entry is announced once and in order, also to a slow reader', async () => {
  const warnings: string[] = []
  const note = (warning: Error): void => void warnings.push(`${warning.name}: ${warning.message}`)
  process.on('warning', note)
  const one = tireless()
  const checkpointer = memoryCheckpointer()
  const told: number[] = []
  const { parts } = harness({ model: one.model, limits: { turns, time: 3_600_000 } })
  const run = createOrchestrator({
    ...parts,
    checkpointer,
    tools: coordinator({ look: { run: () => completed('seen') } }),
    announce: (event) => void (isLive(event) || told.push(event.sequence)),
  })
  const abort = new AbortController()
  let active = 0
  const original = abort.signal.addEventListener.bind(abort.signal)
  abort.signal.addEventListener = (...all: Parameters<typeof original>) => ((active += 1), original(...all))
  const read: number[] = []
  for await (const event of run({ thread: 't', input: 'Go', signal: abort.signal })) {
    if (!isLive(event)) read.push(event.sequence)
    if (read.length % 500 === 0) await new Promise((resolve) => setTimeout(resolve, 1))
  }
  process.off('warning', note)
  const stored: Entry[] = []
  for await (const entry of checkpointer.log('t')) stored.push(entry)
  expect(one.made).toBe(turns + 1)
  expect(read).toEqual(stored.map(({ sequence }) => sequence))
  expect(told).toEqual(read)
  expect(active).toBeLessThan(5)
  expect(one.listeners).toBe(0)
  expect(warnings).toEqual([])
}, 60_000)

test('what is read was committed before, whoever reads when', async () => {
  const checkpointer = memoryCheckpointer()
  const { run } = harness({
    checkpointer,
    steps: [{ calls: [{ name: 'look', input: {} }] }, { text: 'done', repeat: true }],
    tools: { look: {} },
  })
  const events: AgentEvent[] = []
  for await (const event of run({ thread: 't', input: 'Go' })) {
    events.push(event)
    if (isLive(event)) continue
    const { head } = await checkpointer.read('t')
    expect(head).toBeGreaterThanOrEqual(event.sequence)
  }
  const { entries } = await checkpointer.read('t')
  expect(events.filter((event) => !isLive(event))).toEqual(entries)
})
