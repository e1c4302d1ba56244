import type { FinishedCallView } from '../../terminal/outcome-line.ts'
import type { ListedItem } from '../../terminal/todo-lines.ts'

/** Something that is over and told: it is printed once, and stays in the terminal's own history. */
export type Block =
  | { readonly type: 'said'; readonly text: string; readonly steered: boolean }
  | { readonly type: 'answer'; readonly text: string }
  | { readonly type: 'call'; readonly call: FinishedCallView }
  | { readonly type: 'list'; readonly items: readonly ListedItem[]; readonly before: readonly ListedItem[] }
  | { readonly type: 'note'; readonly tone: 'quiet' | 'good' | 'warning' | 'error'; readonly text: string }
  /** Lines that are safe for a terminal, in colours of their own: what a command printed. */
  | { readonly type: 'lines'; readonly lines: readonly string[] }
