import { showMoney } from '../../settings/money.ts'
import type { Paint } from '../markdown/paint.ts'
import { columnsOf, cutTo } from '../screen/columns.ts'
import type { SessionView } from './session-view.ts'

/** What a session runs with, for the line at the bottom. */
export interface SessionFacts {
  readonly model: string
  readonly mode: string
  /** As a person knows it: the home folder as `~`. */
  readonly folder: string
}

/** The line at the bottom: mode, model, folder; to the right what it cost and how full the window is. Or what a person must know just now. Pure. */
export function footerLine(
  view: SessionView,
  facts: SessionFacts,
  hint: string,
  paint: Paint,
  width: number,
): string {
  if (hint !== '') return paint.yellow(cutTo(hint, width, paint.marks.more))
  const { separator } = paint.marks
  const cost = view.progress.cost > 0 ? [showMoney(view.progress.cost)] : []
  const right = [...cost, ...meter(view, paint)].join(` ${separator} `)
  const room = width - columnsOf(right) - 2
  const left = [facts.mode, facts.model, facts.folder].join(` ${separator} `)
  const shown = cutTo(left, Math.max(8, room), paint.marks.more)
  const mode = shown.startsWith(facts.mode) ? facts.mode : ''
  const paintMode = facts.mode === 'yolo' ? paint.red : facts.mode === 'plan' ? paint.cyan : paint.yellow
  const gap = ' '.repeat(Math.max(2, width - columnsOf(shown) - columnsOf(right)))
  const whole = `${paintMode(mode)}${paint.dim(shown.slice(mode.length))}`
  return right === '' || columnsOf(shown) + columnsOf(right) + 2 > width
    ? whole
    : `${whole}${gap}${paint.dim(right)}`
}

const cells = 8

/** How much of the model's window the latest prompt took. */
function meter({ prompt, window }: SessionView, paint: Paint): readonly string[] {
  if (window === undefined || window <= 0) return []
  const share = Math.min(1, prompt / window)
  const [full, empty] = paint.marks.note === '*' ? ['#', '.'] : ['▰', '▱']
  const filled = Math.round(share * cells)
  return [`${full.repeat(filled)}${empty.repeat(cells - filled)} ${Math.round(share * 100)} %`]
}
