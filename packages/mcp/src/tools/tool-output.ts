import type { JsonValue, ToolOutcome, ToolOutput } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'

import type { CallAnswer } from '../mcp-connection.ts'
import type { OfferedTool } from '../server-status.ts'
import { depthOf } from './depth-of.ts'
import { mapContent } from './map-content.ts'
import { mendSchema } from './mend-schema.ts'

/** The code of a result that the server itself calls an error. */
const toolErrorCode = 'mcp-tool-error'

/** @limit In levels of nesting: deeper data could not be written down. */
const deepestData = 200

/** What a server answered, as the outcome of a call. Data that is not what the tool declares is not given on as data. */
export function toolOutcome(tool: OfferedTool, answer: CallAnswer): ToolOutput | ToolOutcome {
  const content = mapContent(answer.content)
  const { structured, fault } = readData(tool, answer)
  const note =
    fault === undefined ? [] : [{ type: 'text', text: `[its data was left out: ${fault}]` } as const]
  // A server may give data alone, which no model would see.
  const shown =
    content.length === 0 && structured !== undefined
      ? [{ type: 'text', text: JSON.stringify(structured) } as const]
      : content
  const output: ToolOutput = {
    content: [...shown, ...note],
    ...(structured === undefined || fault !== undefined ? {} : { structured }),
  }
  if (!answer.isError) return output
  const said = content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n')
  const message =
    said.trim() === '' ? `The tool ${tool.serverName} of ${tool.server} failed.` : said.slice(0, 4_000)
  return { type: 'failed', code: toolErrorCode, message, output }
}

interface Data {
  /** Nothing where it could not even be written down. */
  readonly structured?: JsonValue
  readonly fault?: string
}

function readData(tool: OfferedTool, { structured, isError }: CallAnswer): Data {
  if (structured === undefined) return {}
  if (depthOf(structured, deepestData) > deepestData)
    return { fault: `it is nested deeper than ${deepestData} levels` }
  const fault = isError ? undefined : outputFault(tool, structured)
  return fault === undefined ? { structured } : { structured, fault }
}

function outputFault({ outputSchema }: OfferedTool, structured: JsonValue): string | undefined {
  if (outputSchema === undefined) return undefined
  // Only checked, so it may be of any type.
  const mended = mendSchema({ type: 'object', properties: { value: outputSchema } })
  const own = outputSchema['type'] === 'object' ? mendSchema(outputSchema) : mended
  if ('reason' in own) return undefined
  const value = outputSchema['type'] === 'object' ? structured : { value: structured }
  try {
    const checked = jsonSchema(own.checked)['~standard'].validate(value)
    if (checked instanceof Promise || checked.issues === undefined) return undefined
    const [issue] = checked.issues
    return `it is not what the tool declares (${(issue?.path ?? []).map(String).join('.')}: ${issue?.message})`
  } catch {
    return undefined
  }
}
