import type { Timestamp } from '@keepup/core'

import { showDuration } from '../settings/duration.ts'
import { showMoney } from '../settings/money.ts'
import { groupedDigits } from './grouped-digits.ts'
import type { Progress } from './progress.ts'
import { safeText } from './safe-text.ts'
import { describeInput } from './streamed-input.ts'
import type { Style } from './style.ts'
import { fit } from './width.ts'

/** The one line that shows that something is under way, at most `width` columns wide. Pure: the caller draws it. */
export function statusLine(
  progress: Progress,
  at: { readonly since: Timestamp; readonly now: Timestamp; readonly frame: number },
  style: Style,
  width: number,
): string {
  const { marks } = style
  const facts = [
    showDuration(Math.max(0, at.now - at.since)),
    ...(progress.turn === 0 ? [] : [`turn ${progress.turn}`]),
    ...usageFacts(progress),
    safeText(progress.writing === undefined ? progress.activity : describeInput(progress.writing)),
  ]
  const frame = marks.frames[at.frame % marks.frames.length] ?? ''
  return `${style.cyan(frame)} ${style.dim(fit(facts.join(` ${marks.separator} `), width - 3, marks.more))}`
}

/** Tokens and cost, as far as there are any: `12.3k tokens`, `$0.0042`. */
export function usageFacts({
  usage,
  cost,
  unpriced,
}: Pick<Progress, 'usage' | 'cost' | 'unpriced'>): readonly string[] {
  const tokens = usage.input + usage.output
  if (tokens === 0) return []
  const price = cost > 0 ? [showMoney(cost)] : unpriced ? ['no known price'] : []
  return [`${showCount(tokens)} tokens`, ...price]
}

function showCount(count: number): string {
  if (count < 10_000) return groupedDigits(count)
  return count < 1_000_000 ? `${(count / 1000).toFixed(1)}k` : `${(count / 1_000_000).toFixed(2)}M`
}
