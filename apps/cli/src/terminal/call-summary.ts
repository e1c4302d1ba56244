import { stoodForCall } from '../stood-for-call.ts'

/** What a call is about, in a few words: the path, the command, the pattern. */
export function callSummary(tool: string, input: unknown): string {
  const meant = stoodForCall(tool, input)
  if (meant.tool !== tool) return `${meant.tool} ${callSummary(meant.tool, meant.input)}`.trim()
  const fields = fieldsOf(input)
  const shown = summaries[tool]?.(fields)
  if (shown !== undefined && shown !== '') return shown
  const text = input === undefined ? '' : JSON.stringify(input)
  return text === '{}' ? '' : text
}

/** How many lines a call put in and took out of which file, where its input tells. */
export interface LineChange {
  readonly path: string
  readonly added: number
  readonly removed: number
}

/** What `edit` and `write` did to a file, told from their input. */
export function lineChange(tool: string, input: unknown): LineChange | undefined {
  const { path, content, old_text: before, new_text: after } = fieldsOf(input)
  if (path === undefined) return undefined
  if (tool === 'write' && content !== undefined) return { path, added: lines(content), removed: 0 }
  if (tool !== 'edit' || before === undefined || after === undefined) return undefined
  return { path, ...difference(before.split('\n'), after.split('\n')) }
}

type Fields = Readonly<Record<string, string>>

const summaries: Readonly<Record<string, (fields: Fields) => string | undefined>> = {
  read: ({ path }) => path,
  write: ({ path }) => path,
  edit: ({ path }) => path,
  glob: ({ pattern }) => pattern,
  grep: ({ pattern, path }) => (path === undefined ? pattern : `${pattern} in ${path}`),
  shell: ({ command }) => command,
  ask_user: ({ question }) => question,
  think: ({ thought }) => thought,
  search_tools: ({ query }) => query,
}

function fieldsOf(input: unknown): Fields {
  if (typeof input !== 'object' || input === null) return {}
  return Object.fromEntries(
    Object.entries(input).filter((field): field is [string, string] => typeof field[1] === 'string'),
  )
}

function lines(text: string): number {
  return text === '' ? 0 : text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
}

/** Lines that differ, once those in common at both ends are left out. */
function difference(before: readonly string[], after: readonly string[]): Omit<LineChange, 'path'> {
  const shorter = Math.min(before.length, after.length)
  let start = 0
  while (start < shorter && before[start] === after[start]) start += 1
  let end = 0
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end += 1
  return { added: after.length - start - end, removed: before.length - start - end }
}
