import type { JsonObject, ToolOutcome, ToolOutput } from '@keepup/core'

/** What is added to the output of a call. */
export interface Addition {
  readonly text: string
  /** Joins the output's own structured part where that is an object. */
  readonly structured: JsonObject
}

/** The output of a call that completed; `undefined` where it did not. */
export function completedOutput(result: ToolOutput | ToolOutcome): ToolOutput | undefined {
  if (!('type' in result)) return result
  return result.type === 'completed' ? result.output : undefined
}

/** An output with more at its end. */
export function appendOutput(output: ToolOutput, { text, structured }: Addition): ToolOutput {
  const own = output.structured
  const isObject = typeof own === 'object' && own !== null && !Array.isArray(own)
  return {
    ...output,
    content: text === '' ? output.content : [...output.content, { type: 'text', text }],
    // A record of JSON that is no list.
    ...(own === undefined || isObject
      ? { structured: { ...(own as JsonObject | undefined), ...structured } }
      : {}),
  }
}
