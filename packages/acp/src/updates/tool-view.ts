import type { ToolCallContent, ToolCallLocation, ToolKind } from '@agentclientprotocol/sdk'

import { fieldsOf } from './fields-of.ts'
import { absolute, diff, type ViewPlace } from './file-diff.ts'
import { patchDiffs } from './patch-diffs.ts'

/** How a call looks to a person in an editor. */
export interface ToolView {
  readonly title: string
  readonly kind: ToolKind
  readonly locations: readonly ToolCallLocation[]
  /** What it changes, as far as its input tells. */
  readonly diffs: readonly ToolCallContent[]
}

const kinds: Readonly<Record<string, ToolKind>> = {
  read: 'read',
  ls: 'search',
  glob: 'search',
  grep: 'search',
  find_symbol: 'search',
  search_tools: 'search',
  edit: 'edit',
  multi_edit: 'edit',
  write: 'edit',
  apply_patch: 'edit',
  rename_symbol: 'edit',
  shell: 'execute',
  shell_input: 'execute',
  shell_kill: 'execute',
  shell_output: 'execute',
  code: 'execute',
  think: 'think',
  todo: 'think',
  web_fetch: 'fetch',
  web_search: 'fetch',
}

/** The longest title, in characters. */
const longestTitle = 200

/** A call as an editor shows it, told from its input alone. */
export function toolView(tool: string, input: unknown, place: ViewPlace): ToolView {
  const stood = stoodFor(tool, input)
  if (stood !== undefined) return toolView(stood.tool, stood.input, place)
  const { path } = fieldsOf(input)
  return {
    title: titleOf(tool, input),
    kind: kinds[tool] ?? 'other',
    locations: path === undefined ? [] : [{ path: absolute(place.folder, path) }],
    diffs: diffsOf(tool, input, place),
  }
}

/** The call that `call_tool` stands for: a server's tool by its name. */
function stoodFor(
  tool: string,
  input: unknown,
): { readonly tool: string; readonly input: unknown } | undefined {
  const { name } = fieldsOf(input)
  if (tool !== 'call_tool' || name === undefined || name === tool) return undefined
  const given = typeof input === 'object' && input !== null && 'arguments' in input ? input.arguments : {}
  return { tool: name, input: given }
}

/** The fields that say best what a call is about, best first. */
const telling = ['path', 'pattern', 'command', 'query', 'url', 'question', 'task'] as const

function titleOf(tool: string, input: unknown): string {
  const fields = fieldsOf(input)
  const about = telling.map((name) => fields[name]).find((text) => text !== undefined) ?? ''
  const whole = tool === 'shell' ? about : `${tool} ${about}`
  // A title is one line; what could move a cursor has no place in it.
  const line = whole.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim() || tool
  return line.length > longestTitle ? `${line.slice(0, longestTitle - 1)}…` : line
}

function diffsOf(tool: string, input: unknown, place: ViewPlace): readonly ToolCallContent[] {
  const { path, old_text: before, new_text: after, content, patch } = fieldsOf(input)
  if (tool === 'apply_patch' && patch !== undefined) return patchDiffs(patch, place)
  if (path === undefined) return []
  const file = absolute(place.folder, path)
  if (tool === 'edit' && before !== undefined && after !== undefined) return [diff(file, before, after)]
  if (tool === 'multi_edit') return editsOf(input).map((edit) => diff(file, ...edit))
  if (tool !== 'write' || content === undefined) return []
  const old = place.before(file)
  return old === undefined ? [] : [diff(file, old, content)]
}

function editsOf(input: unknown): readonly (readonly [string, string])[] {
  const edits = typeof input === 'object' && input !== null && 'edits' in input ? input.edits : []
  if (!Array.isArray(edits)) return []
  return edits
    .map(fieldsOf)
    .flatMap(({ old_text: before, new_text: after }) =>
      before === undefined || after === undefined ? [] : [[before, after] as const],
    )
}
