import { callSummary } from './call-summary.ts'

/** A call's input while the model still writes it: JSON that is not complete. */
export interface StreamedInput {
  readonly call: string
  readonly tool: string
  readonly text: string
}

/** Adds a piece. Another call begins anew. */
export function growInput(
  before: StreamedInput | undefined,
  { call, tool, text }: StreamedInput,
): StreamedInput {
  return { call, tool, text: before?.call === call ? before.text + text : text }
}

const wholeField = /"(\w+)"\s*:\s*("(?:[^"\\]|\\.)*")\s*[,}]/g
/** The last string of the text, as far as it came. An escape that is cut is left out. */
const openField = /"(\w+)"\s*:\s*"((?:[^"\\]|\\(?:u[\da-fA-F]{4}|[^u]))*)(?:\\(?:u[\da-fA-F]{0,3})?)?$/

/** What is known of the call so far, in a line: what it is about, how much came, and the line that is being written. */
export function describeInput({ tool, text }: StreamedInput): string {
  const fields = Object.fromEntries(
    [...text.matchAll(wholeField)].map(([, name = '', value = '""']) => [name, parse(value)]),
  )
  const [, open, written = ''] = openField.exec(text) ?? []
  const about = Object.keys(fields).length === 0 ? '' : callSummary(tool, fields)
  const content = open === undefined ? '' : parse(`"${written}"`)
  const lines = content.split('\n')
  const size = lines.length > 1 ? `${lines.length} lines` : `${content.length} characters`
  const last = lines.findLast((line) => line.trim() !== '')?.trim() ?? ''
  return [`${tool} ${about}`.trim(), content === '' ? 'is being written' : `${size}: ${last}`].join(' · ')
}

function parse(json: string): string {
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === 'string' ? value : ''
  } catch {
    return ''
  }
}
