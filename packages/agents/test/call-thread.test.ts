import { memoryCheckpointer } from '@keepup/checkpoint'
import { type CallThread, isLive, type RunAgent, type Tool } from '@keepup/core'
import { createRuntime } from '@keepup/runtime'
import { callThreadChecks, type CallThreadHarness, describeCallThread, type WantedRun } from '@keepup/testing'
import { scriptedModel } from '@keepup/testing/scripted-model'
import { describe, expect, test } from 'vitest'

import { builtInRoles, createAgentManager } from '../src/index.ts'

const model = scriptedModel({
  steps: [
    { calls: [{ name: 'call', input: {} }], when: { turn: 1 }, repeat: true },
    { text: 'Done.', repeat: true },
  ],
})

/** What the agents of this package run in: the loop, with or without a manager that looks after them. */
function harness(managed: boolean, wrap?: CallThreadHarness['wrap']): CallThreadHarness {
  return {
    ...(wrap === undefined ? {} : { wrap }),
    open() {
      const checkpointer = memoryCheckpointer()
      const idle: RunAgent = async function* none() {}
      const agents = createAgentManager({
        checkpointer,
        roles: builtInRoles,
        agentOf: () => idle,
        patience: 1,
      })
      const runtime = (tool: Tool) =>
        createRuntime({ model, checkpointer, tools: [tool], ...(managed ? { agents } : {}) })
      async function run({ tool, ...request }: WantedRun) {
        let end: 'completed' | 'failed' | 'waiting' = 'failed'
        try {
          for await (const event of runtime(tool).run(request)) {
            if (isLive(event)) continue
            if (event.type === 'run-waiting') end = 'waiting'
            if (event.type === 'run-finished')
              end = event.data.outcome.type === 'completed' ? 'completed' : 'failed'
          }
        } catch {
          return { end: 'failed' as const }
        }
        return { end }
      }
      return Promise.resolve({ checkpointer, run })
    },
  }
}

describeCallThread('the thread of a run', harness(false))
describeCallThread('the thread of a run whose agents are looked after', harness(true))

/** A thread with some of its parts exchanged. */
function other(thread: CallThread, parts: Partial<CallThread>): CallThread {
  return new Proxy(thread, { get: (target, key) => Reflect.get(key in parts ? parts : target, key) })
}

const wrong: Readonly<Record<string, readonly [NonNullable<CallThreadHarness['wrap']>, string]>> = {
  'names another run': [(thread) => other(thread, { run: 'other' }), 'thread, run and settings'],
  'shows what it was when the call began': [
    (thread) => other(thread, { agents: [...thread.agents] }),
    'every property is read',
  ],
  'forgets how agents ended': [
    (thread) =>
      new Proxy(thread, {
        get: (target, key) =>
          key === 'agents'
            ? target.agents.map(({ settled: _, ...agent }) => agent)
            : Reflect.get(target, key),
      }),
    'agents are those',
  ],
  'sets nothing aside': [(thread) => other(thread, { left: { ...thread.left } }), 'left is without'],
  'lends without bound': [(thread) => other(thread, { left: { tokens: 1 } }), 'left has no bound'],
  'records later': [
    (thread) =>
      other(thread, {
        record: (facts) => (
          setTimeout(() => void thread.record(facts).catch(() => {}), 50),
          Promise.resolve()
        ),
      }),
    'record: facts are in the thread',
  ],
  'records backwards': [
    (thread) => other(thread, { record: (facts, beside) => thread.record(facts.toReversed(), beside) }),
    'record: facts are in the thread',
  ],
  'forgets what others get': [
    (thread) => other(thread, { record: (facts) => thread.record(facts) }),
    'record: what other threads get',
  ],
  'records its own part alone': [
    (thread) =>
      other(thread, {
        async record(facts, beside) {
          await thread.record(facts)
          await thread.record([], beside)
        },
      }),
    'record: all or nothing',
  ],
  'takes what comes late for done': [
    (thread) => other(thread, { record: (...facts) => thread.record(...facts).catch(() => {}) }),
    'record: refused',
  ],
  'goes on where it should wait': [
    (thread) => other(thread, { suspend: () => {} }),
    'suspend: what the call',
  ],
  'says who started it where nobody did': [
    (thread) => other(thread, { delegation: {} as CallThread['delegation'] }), // it is what a wrong one would give
    'delegation: nothing',
  ],
  'shows no message': [(thread) => other(thread, { messages: [] as never }), 'messages are'], // a wrong one
}

describe('the suite notices a thread that', () => {
  test.each(Object.entries(wrong))('%s', async (_, [wrap, words]) => {
    const [meant] = callThreadChecks.filter(({ name }) => name.startsWith(words))
    await expect(meant?.run(harness(false, wrap))).rejects.toThrow(Error)
  })

  test('by sentences that each have a name of their own', () => {
    const names = callThreadChecks.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
  })
})
