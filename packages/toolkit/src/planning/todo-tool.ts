import { KeepupError, type Tool } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'

/** How an item of a list stands. */
export type TodoStatus = 'pending' | 'active' | 'done' | 'dropped'

/** An item of a list. */
export interface TodoItem {
  readonly text: string
  readonly status: TodoStatus
}

/** The input of {@link todoTool}. */
export interface TodoInput {
  readonly items: readonly TodoItem[]
}

const statuses: readonly TodoStatus[] = ['pending', 'active', 'done', 'dropped']

const input = jsonSchema<TodoInput>({
  type: 'object',
  properties: {
    items: {
      type: 'array',
      maxItems: 40,
      items: {
        type: 'object',
        properties: {
          text: { type: 'string', minLength: 1, maxLength: 150, pattern: String.raw`^[^\r\n]+$` },
          status: { enum: [...statuses] },
        },
        required: ['text', 'status'],
        additionalProperties: false,
      },
    },
  },
  required: ['items'],
  additionalProperties: false,
})

/**
 * `todo {items: [{text, status}]}`: the agent's list of what is to do, given as a whole each time; at most one item is `active`. It lives in the thread: the latest
 * call's input is the list, over crashes, forks and rewinds. As long as something is left on it, it stays before the model when that call is compacted away.
 */
export function todoTool(): Tool<TodoInput> {
  return {
    name: 'todo',
    description:
      'Keeps your list of what is to do, for tasks of three steps or more: the whole list each time, one item active, done only what was checked.',
    input,
    repeat: 'safe',
    // Of two lists of one turn the later one counts.
    concurrency: 'exclusive',
    effects: () => [],
    sinks: { '/items': 'content' },
    produces: { default: 'structured' },
    async run({ items }) {
      checkActive(items)
      const counts = statuses.map((status) => [status, count(items, status)] as const)
      const told = counts.filter(([, number]) => number > 0).map(([status, number]) => `${number} ${status}`)
      return {
        content: [
          { type: 'text', text: told.length === 0 ? 'The list is empty.' : `The list: ${told.join(', ')}.` },
        ],
        structured: Object.fromEntries(counts),
        kept: items.some(isOpen) ? items.map(lineOf).join('\n') : '',
      }
    },
  }
}

function checkActive(items: readonly TodoItem[]): void {
  const active = count(items, 'active')
  if (active <= 1) return
  throw new KeepupError(
    'tool-input-invalid',
    `${active} items are active. The list stays as it was. Have one active, and the others pending.`,
  )
}

function count(items: readonly TodoItem[], status: TodoStatus): number {
  return items.filter((item) => item.status === status).length
}

function isOpen({ status }: TodoItem): boolean {
  return status === 'pending' || status === 'active'
}

function lineOf({ text, status }: TodoItem): string {
  return `${status}: ${text}`
}
