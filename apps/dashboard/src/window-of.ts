/** The rows of a long list that can be seen, and what stands before and after them. */
export interface Window {
  readonly from: number
  readonly to: number
  /** In pixels: how far down the first of them stands, and how tall the whole list is. */
  readonly top: number
  readonly height: number
}

/** Rows beyond what can be seen that are drawn all the same, so that scrolling shows no gap. */
const beyond = 10

/** Which of `count` rows are drawn: never more than fit, whatever the count. */
export function windowOf(
  count: number,
  rowHeight: number,
  view: { readonly scrolled: number; readonly height: number },
): Window {
  const first = Math.floor(Math.max(0, view.scrolled) / rowHeight) - beyond
  const from = Math.max(0, Math.min(first, count))
  const to = Math.min(count, from + Math.ceil(view.height / rowHeight) + 2 * beyond)
  return { from, to, top: from * rowHeight, height: count * rowHeight }
}
