/** More of an open block is not laid out anew with every piece that comes, in characters. */
const most = 6_000

const fence = /^ {0,3}(?:`{3,}|~{3,}).*\n/

/** The end of a block of Markdown that is still being written, so that a long one costs no more than a short one: of a fence with its first line. Pure. */
export function openTail(text: string): string {
  if (text.length <= most) return text
  const from = text.indexOf('\n', text.length - most)
  const [opening = ''] = fence.exec(text) ?? []
  return opening + text.slice(from < 0 ? text.length - most : from + 1)
}
