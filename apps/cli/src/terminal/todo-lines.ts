import { safeText } from './safe-text.ts'
import type { Marks, Style } from './style.ts'
import { fit } from './width.ts'

/** An item of the agent's list. */
export interface ListedItem {
  readonly text: string
  readonly status: 'pending' | 'active' | 'done' | 'dropped'
}

/** So many items are shown; of a longer list those that changed and those around the active one first. */
const mostShown = 10

/** The list that a call of `todo` was given; `undefined` where it is none. */
export function readList(input: unknown): readonly ListedItem[] | undefined {
  if (typeof input !== 'object' || input === null || !('items' in input)) return undefined
  const { items } = input
  return Array.isArray(items) && items.every(isItem) ? items : undefined
}

function isItem(item: unknown): item is ListedItem {
  if (typeof item !== 'object' || item === null || !('text' in item && 'status' in item)) return false
  return typeof item.text === 'string' && Object.hasOwn(signs, String(item.status))
}

const signs: Readonly<
  Record<ListedItem['status'], keyof Pick<Marks, 'pending' | 'active' | 'done' | 'denied'>>
> = {
  pending: 'pending',
  active: 'active',
  done: 'done',
  dropped: 'denied',
}

/** A list as a checklist, under a line that counts; of a long one what changed since `before`, and the rest as a number. */
export function todoLines(
  items: readonly ListedItem[],
  before: readonly ListedItem[],
  style: Style,
  width: number,
): readonly string[] {
  const done = items.filter(({ status }) => status === 'done').length
  const shown = items.length <= mostShown ? items : news(items, before)
  const rest = items.length - shown.length
  const more = rest === 0 ? [] : [style.dim(`  ${style.marks.more} ${rest} more`)]
  return [
    `${style.bold('todo')} ${style.dim(`${done} of ${items.length} done`)}`,
    ...shown.map((item) => itemLine(item, style, width)),
    ...more,
  ]
}

/** What is new or stands otherwise than before, then the active item and what comes next. */
function news(items: readonly ListedItem[], before: readonly ListedItem[]): readonly ListedItem[] {
  const known = new Map(before.map(({ text, status }) => [text, status]))
  const changed = items.filter(({ text, status }) => known.get(text) !== status || status === 'active')
  const next = items.filter(({ status }) => status === 'pending')
  const chosen = new Set([...changed, ...next].slice(0, mostShown))
  return items.filter((item) => chosen.has(item))
}

function itemLine({ text, status }: ListedItem, style: Style, width: number): string {
  const line = fit(safeText(text), Math.max(20, width - 4), style.marks.more)
  const mark = style.marks[signs[status]]
  if (status === 'active') return `  ${style.cyan(mark)} ${style.bold(line)}`
  return status === 'pending' ? `  ${mark} ${line}` : style.dim(`  ${mark} ${line}`)
}
