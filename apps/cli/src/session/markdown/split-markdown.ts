/** How much of a text that still grows is whole: that part can be shown for good. */
export interface SplitMarkdown {
  readonly whole: string
  readonly open: string
}

const fence = /^ {0,3}(`{3,}|~{3,})/

/** Splits growing Markdown after its last block that nothing can change any more: at an empty line outside of a fence, and after a fence. Pure, O(text). */
export function splitMarkdown(text: string): SplitMarkdown {
  let end = 0
  let offset = 0
  let closing: string | undefined
  for (const line of text.split('\n').slice(0, -1)) {
    offset += line.length + 1
    const [, mark] = fence.exec(line) ?? []
    if (closing === undefined) {
      closing = mark
      if (line.trim() === '') end = offset
    } else if (mark?.startsWith(closing) === true && line.trim() === mark) {
      closing = undefined
      end = offset
    }
  }
  return { whole: text.slice(0, end), open: text.slice(end) }
}
