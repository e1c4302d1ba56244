import { memoryCheckpointer } from '@keepup/checkpoint'
import { type AgentEvent, isLive, type Tool } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'
import { createRuntime, type RuntimeParts } from '@keepup/runtime'
import { scriptedModel } from '@keepup/testing/scripted-model'

import { createTrace, type TraceOptions, type TraceSpan } from '../src/index.ts'

/** What nobody who watches from outside may learn. */
export const secret = 'sk-live-0123456789'

const text = (value: string) => ({ content: [{ type: 'text' as const, text: value }] })
const object = jsonSchema({ type: 'object' })

/** A tool that reads what is secret, one that fails, and one that must be asked about. */
export const tools: readonly Tool[] = [
  {
    name: 'read',
    description: 'Reads.',
    input: object,
    repeat: 'safe',
    effects: () => [],
    run: async () => text(secret),
  },
  {
    name: 'search',
    description: 'Searches.',
    input: object,
    repeat: 'safe',
    effects: () => [],
    run: async () => Promise.reject(new Error(`no key ${secret}`)),
  },
  {
    name: 'delete',
    description: 'Deletes.',
    input: object,
    repeat: 'once',
    effects: () => [{ kind: 'delete', target: '/x' }],
    run: async () => text('deleted'),
  },
]

/** What a scripted agent does in {@link live}. */
export const steps: readonly object[] = [
  {
    calls: [
      { name: 'read', input: { path: secret } },
      { name: 'search', input: {} },
      { name: 'delete', input: { path: '/x' } },
    ],
  },
  { text: `Done: ${secret}` },
]

/** Runs a scripted agent and gives its entries, and the spans that were told while it ran. */
export async function live(
  options: TraceOptions = {},
  parts: Partial<RuntimeParts> = {},
): Promise<{ readonly events: readonly AgentEvent[]; readonly spans: readonly TraceSpan[] }> {
  const runtime = createRuntime({
    model: scriptedModel({ steps }),
    checkpointer: memoryCheckpointer(),
    tools,
    ...parts,
  })
  const trace = createTrace(options)
  const events: AgentEvent[] = []
  const spans: TraceSpan[] = []
  for await (const event of runtime.run({ thread: 'main', input: `Look up ${secret}` })) {
    events.push(event)
    spans.push(...trace.observe(event, Date.now()))
  }
  return { events: events.filter((event) => !isLive(event)), spans }
}
