import type { Milliseconds, ToolOutcome } from '@keepup/core'

import { showDuration } from '../settings/duration.ts'
import { callSummary, lineChange } from './call-summary.ts'
import { safeLine, safeText } from './safe-text.ts'
import type { Style } from './style.ts'
import { fit, pad, textWidth } from './width.ts'

/** One call and what it came to. */
export interface FinishedCallView {
  readonly tool: string
  /** As the model asked for it, where that is known. */
  readonly input?: unknown
  readonly outcome: ToolOutcome
  readonly duration?: Milliseconds
}

/** A call on one line of at most `width` columns: sign, tool, what it was about, what came of it, how long it took. */
export function outcomeLine(call: FinishedCallView, style: Style, width: number): string {
  const detail = outcomeDetail(call, style)
  const duration = call.duration === undefined ? '' : showDuration(call.duration)
  const right = [detail, style.dim(duration)].filter((text) => text !== '').join('  ')
  const head = `${mark(call.outcome, style)} ${style.bold(safeText(call.tool))} `
  const room = Math.max(8, width - textWidth(head) - textWidth(right) - 2)
  const summary = fit(safeLine(callSummary(call.tool, call.input)), room, style.marks.more)
  return `${head}${right === '' ? summary : `${pad(summary, room)}  ${right}`}`
}

/** The sign of an outcome. */
function mark(outcome: ToolOutcome, style: Style): string {
  switch (outcome.type) {
    case 'completed':
      return failedExit(outcome) === undefined
        ? style.green(style.marks.done)
        : style.yellow(style.marks.failed)
    case 'denied':
      return style.yellow(style.marks.denied)
    case 'unknown':
      return style.yellow('?')
    case 'failed':
    case 'timed-out':
      return style.red(style.marks.failed)
  }
}

function outcomeDetail(call: FinishedCallView, style: Style): string {
  const { outcome } = call
  switch (outcome.type) {
    case 'completed': {
      const change = lineChange(call.tool, call.input)
      if (change !== undefined) return changeText(change, style)
      if (call.tool === 'ask_user') return fit(safeText(firstText(outcome)), 32, style.marks.more)
      return style.yellow(failedExit(outcome) ?? '')
    }
    case 'failed':
      return style.red(fit(safeText(outcome.message), 32, style.marks.more))
    case 'denied':
      return style.yellow('denied')
    case 'timed-out':
      return style.red('timed out')
    case 'unknown':
      return style.yellow('may have happened')
  }
}

function firstText({ output }: Extract<ToolOutcome, { type: 'completed' }>): string {
  const [first] = output.content
  return first?.type === 'text' ? first.text : ''
}

/** How a command ended that did not end well: a completed call all the same. */
function failedExit({ output }: Extract<ToolOutcome, { type: 'completed' }>): string | undefined {
  const { structured } = output
  if (typeof structured !== 'object' || structured === null || !('exitCode' in structured)) return undefined
  const { exitCode, signal } = structured
  if (typeof signal === 'string') return signal
  return typeof exitCode === 'number' && exitCode !== 0 ? `exit ${exitCode}` : undefined
}

/** Processes that a command began and that run on after it. */
export function leftRunning(outcome: ToolOutcome): readonly number[] {
  const structured = outcome.type === 'completed' ? outcome.output.structured : undefined
  if (typeof structured !== 'object' || structured === null || !('running' in structured)) return []
  const { running } = structured
  return Array.isArray(running) ? running.filter((pid) => typeof pid === 'number') : []
}

/** Lines put in and taken out: `+3 -1`. */
export function changeText(
  change: { readonly added: number; readonly removed: number },
  style: Style,
): string {
  const removed = change.removed === 0 ? '' : ` ${style.red(`-${change.removed}`)}`
  return `${style.green(`+${change.added}`)}${removed}`
}
