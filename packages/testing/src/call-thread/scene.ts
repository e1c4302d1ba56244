import assert from 'node:assert/strict'

import type { AgentEntryData, CallThread, Entry, Limits, Tool, ToolContext } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'

import type { Check } from '../check.ts'
import type { CallRun, CallThreadHarness } from './harness.ts'

/** One sentence of the contract of `CallThread`. */
export type CallThreadCheck = Check<CallThreadHarness>

/** What the call does with the thread that it was given. */
export type CallBody = (thread: CallThread, context: ToolContext) => Promise<void> | void

/** An agent of one thread, whose only tool does what a sentence says. */
export interface CallScene {
  readonly checkpointer: Awaited<ReturnType<CallThreadHarness['open']>>['checkpointer']
  /** Runs the agent; the call does `body`. */
  readonly run: (body: CallBody, limits?: Limits) => Promise<CallRun>
  /** Goes on with a run that waits. */
  readonly resume: (body: CallBody) => Promise<CallRun>
  readonly entries: () => Promise<readonly Entry[]>
}

/** The thread of every scene. */
export const sceneThread = 'caller'

/** A sentence, tried on a store of its own. */
export function check(name: string, tries: (scene: CallScene) => Promise<void>): CallThreadCheck {
  return {
    name,
    async run(harness) {
      const { checkpointer, run, close } = await harness.open()
      try {
        await tries({
          checkpointer,
          run: (body, limits) =>
            once(harness, body, (tool) => run({ ...common, tool, input: 'Go', ...bounded(limits) })),
          resume: (body) => once(harness, body, (tool) => run({ ...common, tool })),
          entries: async () => (await checkpointer.read(sceneThread)).entries,
        })
      } finally {
        await close?.()
      }
    },
  }
}

const common = { thread: sceneThread } as const

function bounded(limits: Limits | undefined): { readonly limits?: Limits } {
  return limits === undefined ? {} : { limits }
}

/** Runs, and fails as the body did: what a tool throws is an outcome for the model. */
async function once(
  { wrap = (thread) => thread }: CallThreadHarness,
  body: CallBody,
  run: (tool: Tool) => Promise<CallRun>,
): Promise<CallRun> {
  const failures: unknown[] = []
  let calls = 0
  const end = await run({
    name: 'call',
    description: 'Does what the sentence says.',
    input: jsonSchema({ type: 'object', additionalProperties: false }),
    repeat: 'safe',
    effects: () => [],
    async run(_, context) {
      calls += 1
      try {
        assert.ok(context.thread !== undefined, 'The call was given no thread')
        await body(wrap(context.thread, context), context)
      } catch (error) {
        failures.push(error)
      }
      return { content: [{ type: 'text', text: 'called' }] }
    },
  })
  if (failures.length > 0) throw failures[0]
  assert.ok(calls > 0, 'The tool was never called')
  return end
}

/** An agent as a thread records that it started one. */
export function spawned(
  context: ToolContext,
  agent: string,
  tokens = 100,
): { readonly type: 'agent-spawned'; readonly data: AgentEntryData['agent-spawned'] } {
  const budget = { agents: 0, tokens }
  return {
    type: 'agent-spawned',
    data: { agent, key: context.call.key, attempt: 1, role: 'helper', budget, background: true },
  }
}

/** The end of such an agent, which used so many tokens. */
export function settled(
  context: ToolContext,
  agent: string,
  tokens: number,
): { readonly type: 'agent-settled'; readonly data: AgentEntryData['agent-settled'] } {
  const usage = { input: tokens, cached: 0, cacheWritten: 0, output: 0, reasoning: 0 }
  const spent = { turns: 1, usage, cost: 0, agents: 0 }
  return {
    type: 'agent-settled',
    data: { agent, key: context.call.key, attempt: 1, end: 'completed', spent },
  }
}
