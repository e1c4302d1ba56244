import type { JsonObject, ToolContext, ToolOutcome } from '@keepup/core'
import { onTestFinished } from 'vitest'

import { type CodeInput, type CodeOptions, codeTool } from '../../src/code/index.ts'
import { call, contextOf, newKey, temporaryFolder } from '../call-tool.ts'

/** A code tool over an empty folder, used by one thread unless a call says otherwise. Everything is ended after the test. */
export async function cellsIn(options: CodeOptions & { readonly root?: string } = {}) {
  const { root = await temporaryFolder(), ...rest } = options
  const tool = codeTool(root, rest)
  onTestFinished(async () => tool[Symbol.asyncDispose]())
  const use = (
    input: CodeInput,
    thread = 'thread',
    change: Partial<ToolContext> = {},
  ): Promise<ToolOutcome> => {
    const context = contextOf(newKey(), change)
    return call(tool, input, { ...context, call: { ...context.call, thread } })
  }
  return {
    root,
    tool,
    use,
    js: (source: string, timeout_ms = 30_000) => use({ source, timeout_ms }),
    py: (source: string, timeout_ms = 30_000) => use({ source, language: 'python', timeout_ms }),
  }
}

/** What is said of the first cell of an interpreter. */
export const freshNote = /\n?\[This was the first cell of a fresh (JavaScript|Python) interpreter: [^\]]*]$/

/** The data of an outcome. */
export function dataOf(outcome: ToolOutcome): JsonObject {
  const data = 'output' in outcome ? outcome.output?.structured : undefined
  return typeof data === 'object' && data !== null && !Array.isArray(data)
    ? Object.fromEntries(Object.entries(data))
    : {}
}
