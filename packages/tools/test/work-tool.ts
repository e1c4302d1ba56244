import { systemClock, type FinishedCall, type Tool, type ToolContext } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'

import { createToolCoordinator, type ToolCoordinatorOptions } from '../src/index.ts'
import { callTool, contextOf } from './fake-call.ts'

/** What a tool does. */
export type Run = Tool['run']

/** A tool that may be done once, changed as a test needs it. */
export function workTool(run: Run, change: Partial<Tool> = {}): Tool {
  return {
    name: 'work',
    description: 'Works',
    input: jsonSchema({ type: 'object' }),
    repeat: 'once',
    effects: () => [],
    run,
    ...change,
  }
}

/** Runs a tool once. */
export function running(
  run: Run,
  change: Partial<Tool> = {},
  options: Partial<ToolCoordinatorOptions> = {},
  context: ToolContext = contextOf(),
): Promise<FinishedCall> {
  const coordinator = createToolCoordinator({ registry: [workTool(run, change)], ...options })
  return callTool(coordinator, 'work', {}, context)
}

/** An output of one text. */
export const text = (value: string): { content: [{ type: 'text'; text: string }] } => ({
  content: [{ type: 'text', text: value }],
})

/** Stops when told to, as a good tool does. */
export const untilAborted: Run = (_, { signal }) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error))
  })

/** Gives what there is when told to stop. */
export const givesWhatThereIs: Run = (_, { signal }) =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(text('half')))
  })

/** A clock on which everything is over at once. */
export const hastyClock = { ...systemClock, sleep: async () => {} }
