import type { StateChange } from './api-types.ts'

/** A value longer than this is cut, in characters. */
const longest = 300

/** One difference as a line: where, and what became of what. */
export function changeLine({ pointer, type, before, after }: StateChange): string {
  const place = pointer === '' ? '(all)' : pointer
  if (type === 'added') return `+ ${place}: ${shown(after)}`
  if (type === 'removed') return `− ${place}: ${shown(before)}`
  return `~ ${place}: ${shown(before)} → ${shown(after)}`
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length <= longest ? text : `${text.slice(0, longest)}…`
}
