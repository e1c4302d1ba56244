import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import {
  KeepupError,
  systemClock,
  type Tool,
  type ToolContext,
  type ToolOutcome,
  type ToolOutput,
} from '@keepup/core'
import { onTestFinished } from 'vitest'

/** An empty folder that is removed after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'keepup-toolkit-')))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** A context for a call with a key of its own. */
export function contextOf(key: string = newKey(), change: Partial<ToolContext> = {}): ToolContext {
  return {
    call: { thread: 'thread', id: 'call', key, name: 'tool', input: {} },
    signal: new AbortController().signal,
    clock: systemClock,
    idempotencyKey: key,
    progress: () => {},
    processStarted: async () => {},
    ...change,
  }
}

/** A call key that no other call has. */
export function newKey(): string {
  return crypto.randomUUID().replaceAll('-', '').repeat(2)
}

/** Calls a tool; an exception becomes the failure that the coordinator would make of it. */
export async function call<Input>(
  tool: Tool<Input>,
  input: Input,
  context: ToolContext = contextOf(),
): Promise<ToolOutcome> {
  try {
    const result: ToolOutput | ToolOutcome = await tool.run(input, context)
    return 'type' in result ? result : { type: 'completed', output: result }
  } catch (error) {
    const code = KeepupError.is(error) ? error.code : 'other'
    return { type: 'failed', code, message: error instanceof Error ? error.message : String(error) }
  }
}

/** What a model reads of an outcome. */
export function textOf(outcome: ToolOutcome): string {
  if (outcome.type === 'failed') return outcome.message
  if (outcome.type === 'denied' || outcome.type === 'unknown') return outcome.reason
  const parts = (outcome.output?.content ?? []).map((part) =>
    part.type === 'text' ? part.text : part.mediaType,
  )
  return parts.join('\n')
}
