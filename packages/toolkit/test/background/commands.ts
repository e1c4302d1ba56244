import { join } from 'node:path'

import type { JsonObject, Sandbox, ToolOutcome } from '@keepup/core'
import { onTestFinished } from 'vitest'

import { type BackgroundOptions, toolkit } from '../../src/index.ts'
import { call, contextOf, newKey, temporaryFolder } from '../call-tool.ts'

/** A toolkit over an empty folder, used by one thread unless a call says otherwise. Everything is ended after the test. */
export async function shellIn(
  options: BackgroundOptions & {
    readonly root?: string
    readonly sandbox?: Sandbox
    readonly thread?: string
  } = {},
) {
  const { root = await temporaryFolder(), sandbox, thread: usual = 'thread', ...rest } = options
  const state = rest.state ?? join(await temporaryFolder(), 'state')
  const tools = toolkit({
    root,
    background: { ...rest, state },
    ...(sandbox === undefined ? {} : { sandbox }),
  })
  onTestFinished(async () => tools[Symbol.asyncDispose]())
  const use = (name: string, input: object, thread = usual, key = newKey()): Promise<ToolOutcome> => {
    const tool = tools.find((one) => one.name === name)
    if (tool === undefined) throw new Error(name)
    const context = contextOf(key)
    return call(tool, input, { ...context, call: { ...context.call, thread } })
  }
  return {
    root,
    state,
    tools,
    use,
    start: async (command: string) => idOf(await use('shell', { command, background: true })),
  }
}

/** The data of an outcome. */
export function dataOf(outcome: ToolOutcome): JsonObject {
  const data = 'output' in outcome ? outcome.output?.structured : undefined
  return typeof data === 'object' && data !== null && !Array.isArray(data)
    ? Object.fromEntries(Object.entries(data))
    : {}
}

/** The name of the command that was started. */
export function idOf(outcome: ToolOutcome): string {
  const { id } = dataOf(outcome)
  if (typeof id !== 'string') throw new Error(JSON.stringify(outcome))
  return id
}
