import { randomUUID } from 'node:crypto'

import { memoryCheckpointer } from '@keepup/checkpoint'
import { createWorker, memoryQueue, type RunQueue, type WorkerNews, type WorkerParts } from '@keepup/cluster'
import { type Checkpointer, type Entry, type RunAgent, type Tool, type ToolOutput } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'
import { createRuntime, type RuntimeParts } from '@keepup/runtime'
import { scriptedModel, type Step } from '@keepup/testing/scripted-model'
import { onTestFinished } from 'vitest'

/** A store and a queue, and workers on both. */
export interface Scene {
  readonly checkpointer: Checkpointer
  readonly queue: RunQueue
  /** Starts a worker; what it gives ends it, and resolves once it has drained. */
  start(parts?: Partial<WorkerParts>): StartedWorker
  agent(steps?: readonly Step[], parts?: Partial<RuntimeParts>): RunAgent
  /** Waits until something holds. */
  until(holds: () => Promise<boolean> | boolean): Promise<void>
  types(thread: string): Promise<readonly string[]>
  entries(thread: string): Promise<readonly Entry[]>
}

/** A worker at work. */
export interface StartedWorker {
  readonly news: readonly WorkerNews[]
  end(): Promise<void>
}

/** An agent that says one thing. */
export const says: readonly Step[] = [{ text: 'done', repeat: true }]

/** Makes a scene, in memory where nothing else is given. */
export function createScene(given: Partial<Pick<Scene, 'checkpointer' | 'queue'>> = {}): Scene {
  const checkpointer = given.checkpointer ?? memoryCheckpointer()
  const queue = given.queue ?? memoryQueue()
  const agent: Scene['agent'] = (steps = says, parts = {}) =>
    createRuntime({ model: scriptedModel({ steps }), checkpointer, poll: 5, mode: 'yolo', ...parts }).run
  const entries = async (thread: string): Promise<readonly Entry[]> =>
    (await checkpointer.read(thread)).entries
  return {
    checkpointer,
    queue,
    agent,
    start(parts = {}) {
      const news: WorkerNews[] = []
      const stop = new AbortController()
      const worker = createWorker({
        queue,
        checkpointer,
        runAgent: agent(),
        id: randomUUID(),
        poll: 20,
        beat: 50,
        sweep: 30,
        grace: 1_000,
        tell: (one) => news.push(one),
        ...parts,
      })
      const over = worker.work(stop.signal)
      const end = (): Promise<void> => {
        stop.abort()
        return over
      }
      onTestFinished(end)
      return { news, end }
    },
    async until(holds) {
      while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5))
    },
    types: async (thread) => (await entries(thread)).map(({ type }) => type),
    entries,
  }
}

/** A tool with an effect that is never repeated. */
export function onceTool(
  name: string,
  run: (context: { readonly signal: AbortSignal }) => Promise<unknown>,
): Tool {
  return {
    name,
    description: 'Does it once.',
    input: jsonSchema({ type: 'object' }),
    repeat: 'once',
    effects: () => [{ kind: 'exec', target: name }],
    run: async (_, context): Promise<ToolOutput> => {
      await run(context)
      return { content: [{ type: 'text', text: 'did it' }] }
    },
  }
}
