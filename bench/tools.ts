import {
  type Hooks,
  systemClock,
  type Tool,
  type ToolCall,
  type ToolContext,
  type ToolCoordinator,
  trustedLabel,
} from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'
import { createToolCoordinator } from '@keepup/tools'

import { median } from './median.ts'
import { publishResults } from './publish-results.ts'

/** A trivial tool whose input has what inputs have: a path, a number, a text. */
const look: Tool<{ readonly path: string; readonly limit?: number; readonly note?: string }> = {
  name: 'look',
  description: 'Looks',
  input: jsonSchema({
    type: 'object',
    properties: { path: { type: 'string' }, limit: { type: 'integer' }, note: { type: 'string' } },
    required: ['path'],
    additionalProperties: false,
  }),
  repeat: 'safe',
  effects: ({ path }) => [{ kind: 'read', target: path }],
  sinks: { '/path': 'path' },
  run: async ({ path }) => ({ content: [{ type: 'text', text: path }] }),
}

const input = { path: 'src/a.ts', limit: 10, note: 'a short note' }
const call: ToolCall = { thread: 't', id: 'c1', key: 'k1', name: 'look', input }
const signal = new AbortController().signal
const context: ToolContext = {
  call,
  signal,
  clock: systemClock,
  idempotencyKey: 'k1',
  progress: () => {},
  processStarted: async () => {},
}
const hooks: Hooks = { listens: (type) => type === 'tool-requested', run: async () => ({}) }

async function coordinated(coordinator: ToolCoordinator): Promise<void> {
  const prepared = await coordinator.prepare(call, { mode: 'ask', exposure: trustedLabel, signal })
  if (prepared.type !== 'ready') throw new Error('the call should have been ready')
  await prepared.run(context)
}

/** Microseconds a call, the median of twenty batches of a warmed process. */
async function measure(act: () => Promise<unknown>): Promise<number> {
  const calls = 1_000
  const batches: number[] = []
  for (let batch = -5; batch < 20; batch += 1) {
    const begun = process.hrtime.bigint()
    for (let index = 0; index < calls; index += 1) await act()
    if (batch >= 0) batches.push(Number(process.hrtime.bigint() - begun) / calls / 1_000)
  }
  return median(batches)
}

const bare = await measure(() => look.run(input, context))
const plain = createToolCoordinator({ registry: [look] })
const hooked = createToolCoordinator({ registry: [look], hooks })
const row = (way: string, time: number) => ({ way, 'µs/call': time, 'over the bare call, µs': time - bare })
publishResults({
  name: 'tools',
  about:
    'What the coordinator adds to one call of a trivial tool: find, validate, decide, digest, time-out, bounds, labels. Wall microseconds a call, one after the other.',
  rows: [
    row('the tool alone', bare),
    row('through the coordinator', await measure(() => coordinated(plain))),
    row('with an in-process hook before it', await measure(() => coordinated(hooked))),
  ],
})
