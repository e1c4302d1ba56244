import { openThread } from '@keepup/checkpoint'
import { memoryCheckpointer } from '@keepup/checkpoint'
import {
  type AgentEvent,
  type Checkpointer,
  type Entry,
  type NewEntry,
  type RunAgent,
  type RunOutcome,
  type RunRequest,
  trustedLabel,
} from '@keepup/core'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'

import { append, defineGraph, defineState, end, graphState, forkGraph, resumeGraph } from '../src/index.ts'
import { mortalCheckpointer } from './mortal-checkpointer.ts'
import { collect, scene } from './scene.ts'

const state = defineState({
  channels: {
    log: { schema: z.array(z.string()), reducer: append, initial: [] },
    topic: { schema: z.string(), initial: 'cats' },
  },
})

const web = {
  integrity: 'free-text',
  sources: ['url:example.org'],
  readers: 'anyone',
  confidential: false,
} as const

/** An agent that answers with what it was told, in a thread of its own, as one over the real loop does. */
function echoAgent(checkpointer: Checkpointer, outcomes: readonly (RunOutcome | 'waiting')[]) {
  const told: RunRequest[] = []
  const run: RunAgent = async function* (request) {
    const { thread, input } = request
    told.push(request)
    const outcome = outcomes[told.length - 1] ?? { type: 'completed' }
    const open = await openThread({
      checkpointer,
      thread,
      fold: { id: 'none', version: 1, initial: 0, apply: (count) => count + 1 },
    })
    await using held = open
    const usage = { input: 1, output: 1, cached: 0, written: 0, reasoning: 0 }
    const ended: NewEntry =
      outcome === 'waiting'
        ? entry('run-waiting', { run: 'r', approvals: ['a'] })
        : entry('run-finished', {
            run: 'r',
            outcome,
            text: `echo ${typeof input === 'string' ? input : 'parts'}`,
            turns: 1,
            usage,
            cost: 0.5,
            unattendedDenials: 0,
          })
    const entries: readonly Entry[] = await held.append([entry('run-started', {}), ended])
    for (const stored of entries) yield stored as AgentEvent
  }
  return { run, told }
}

function entry(type: string, data: unknown): NewEntry {
  return { type, version: 1, critical: true, time: 1, by: 'runtime', labels: { default: web }, data }
}

function graphOf(agent: RunAgent) {
  return defineGraph({ name: 'agents', state })
    .agent('ask', {
      agent,
      prompt: ({ topic }) => `Tell me of ${topic}`,
      update: ({ text, cost }) => ({ log: [`${text} for ${cost}`] }),
    })
    .entry('ask')
    .edge('ask', end)
    .build()
}

describe('an agent as a node', () => {
  test('is told what the state says, in a thread of its own, and its label stays with the state', async () => {
    const checkpointer = memoryCheckpointer({ isOwnerDead: () => true })
    const agent = echoAgent(checkpointer, [])
    const life = scene(graphOf(agent.run), checkpointer)
    const events = await life.start()
    const { values, exposure } = await life.state()
    expect(values.log).toEqual(['echo Tell me of cats for 0.5'])
    expect(exposure).toMatchObject({ integrity: 'free-text', sources: ['url:example.org', 'user'] })
    expect(exposure).not.toEqual(trustedLabel)
    expect(agent.told[0]?.thread).toMatch(/^t\/ask\/[0-9a-f]{24}$/)
    expect(events.flatMap((event) => (event.type === 'agent-streamed' ? [event.event.type] : []))).toEqual([
      'run-started',
      'run-finished',
    ])
  })

  test('is told with the labels of what the state has seen', async () => {
    const checkpointer = memoryCheckpointer({ isOwnerDead: () => true })
    const agent = echoAgent(checkpointer, [])
    const life = scene(graphOf(agent.run), checkpointer)
    await life.start({ input: { topic: 'cats' }, label: web })
    expect(agent.told).toMatchObject([{ input: 'Tell me of cats', label: web }])
  })

  test('that had answered before a crash is read, not asked again', async () => {
    const inner = memoryCheckpointer({ isOwnerDead: () => true })
    const agent = echoAgent(inner, [])
    const graph = graphOf(agent.run)
    const dying = scene(graph, mortalCheckpointer(inner, { commits: 2, stored: false }))
    await expect(dying.start()).rejects.toThrow('dead')
    const life = scene(graph, inner)
    await life.resume()
    expect(agent.told).toHaveLength(1)
    expect((await life.state()).values.log).toEqual(['echo Tell me of cats for 0.5'])
  })

  test('that waits makes the graph wait; it is gone on with, under the same input id', async () => {
    const checkpointer = memoryCheckpointer({ isOwnerDead: () => true })
    const agent = echoAgent(checkpointer, ['waiting'])
    const life = scene(graphOf(agent.run), checkpointer)
    await life.start()
    const { waits } = await life.state()
    expect(waits).toMatchObject([{ node: 'ask', wait: { for: 'agent', thread: agent.told[0]?.thread } }])
    await life.resume()
    expect(agent.told.map(({ inputId }) => inputId)).toEqual([agent.told[0]?.inputId, agent.told[0]?.inputId])
    expect((await life.state()).outcome?.type).toBe('completed')
  })

  test('that fails is a failure with its code; a fork asks another thread', async () => {
    const checkpointer = memoryCheckpointer({ isOwnerDead: () => true })
    const agent = echoAgent(checkpointer, [{ type: 'failed', code: 'model-failed', message: 'no credit' }])
    const graph = graphOf(agent.run)
    const life = scene(graph, checkpointer)
    await life.start()
    expect((await life.state()).outcome).toMatchObject({
      type: 'failed',
      failures: [{ kind: 'agent-failed', code: 'model-failed' }],
    })
    await forkGraph({ ...life, from: { thread: 't', at: 1 }, to: 'fork' })
    await collect(resumeGraph({ graph, checkpointer, thread: 'fork' }))
    expect((await graphState({ ...life, thread: 'fork' })).outcome?.type).toBe('completed')
    expect(agent.told[1]?.thread).not.toBe(agent.told[0]?.thread)
  })

  test('that never says how it ended is a failure', async () => {
    const silent: RunAgent = async function* () {}
    const life = scene(graphOf(silent))
    await life.start()
    expect((await life.state()).outcome).toMatchObject({
      type: 'failed',
      failures: [{ kind: 'thrown', code: 'internal' }],
    })
  })
})
