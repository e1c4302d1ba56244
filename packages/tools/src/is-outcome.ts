import { KeepupError, type ToolOutcome, type ToolOutput } from '@keepup/core'

/** What each type of outcome cannot be without. */
const needs: ReadonlyMap<string, string> = new Map([
  ['completed', 'output'],
  ['failed', 'message'],
  ['denied', 'reason'],
  ['timed-out', 'after'],
  ['unknown', 'reason'],
])

/** Tells a whole outcome from a bare output: only outcomes have a `type`. */
export function isOutcome(result: ToolOutput | ToolOutcome): result is ToolOutcome {
  return 'type' in result
}

/** Refuses, with `tool-failed`, what is neither an outcome nor an output. Types promise it; plain JavaScript does not. */
export function checkResult(result: unknown): void {
  const fault = resultFault(result)
  if (fault === undefined) return
  throw new KeepupError('tool-failed', `The tool ran, but what it gave back is no output: ${fault}.`)
}

function resultFault(result: unknown): string | undefined {
  if (typeof result !== 'object' || result === null) return `it is ${String(result)}`
  if (!('type' in result)) return outputFault(result)
  const type = String(result.type)
  const needed = needs.get(type)
  if (needed === undefined) return `its \`type\` ${type} is no outcome`
  if (needed !== '' && !(needed in result)) return `\`${type}\` without \`${needed}\``
  return 'output' in result && result.output !== undefined ? outputFault(result.output) : undefined
}

function outputFault(output: unknown): string | undefined {
  if (typeof output !== 'object' || output === null || !('content' in output)) return 'it has no `content`'
  const { content } = output
  if (!Array.isArray(content)) return 'its `content` is no list'
  return content.every(isPart) ? undefined : 'its `content` holds something other than text and files'
}

function isPart(part: unknown): boolean {
  if (typeof part !== 'object' || part === null || !('type' in part)) return false
  if (part.type === 'text') return 'text' in part && typeof part.text === 'string'
  return part.type === 'file' && 'source' in part && typeof part.source === 'object' && part.source !== null
}
