import type { Timestamp } from '@keepup/core'

import { showDuration } from '../../settings/duration.ts'
import { callSummary } from '../../terminal/call-summary.ts'
import { safeLine } from '../../terminal/safe-text.ts'
import { describeInput } from '../../terminal/streamed-input.ts'
import { todoLines } from '../../terminal/todo-lines.ts'
import { openTail } from '../markdown/open-tail.ts'
import type { Paint } from '../markdown/paint.ts'
import { renderMarkdown } from '../markdown/render-markdown.ts'
import { columnsOf, cutTo } from '../screen/columns.ts'
import { tail } from './output-lines.ts'
import type { LiveCall, SessionView } from './session-view.ts'

/** When it is drawn, and how much room there is. */
export interface LiveRoom {
  readonly now: Timestamp
  readonly frame: number
  readonly width: number
  /** Rows. */
  readonly height: number
}

/** What is under way, above the composer: the answer that is being written, running calls, the list, agents, words that wait. Pure. */
export function renderLive(view: SessionView, paint: Paint, room: LiveRoom): readonly string[] {
  const { width, height } = room
  const under = [
    ...listLines(view, paint, width),
    ...agentLines(view, paint, width),
    ...queuedLines(view, paint, width),
  ]
  const calls = view.calls.flatMap((call) => callLines(call, paint, room))
  const status = view.running ? [statusLine(view, paint, room)] : []
  const fixed = [
    ...calls.slice(-Math.max(2, Math.floor(height / 2))),
    ...(calls.length > 0 ? spaced(under) : under),
    ...status,
  ]
  const left = height - fixed.length - 1
  const answer = left > 0 ? renderMarkdown(openTail(view.text.open), paint, width).slice(-left) : []
  return [...spaced(answer), ...spaced(fixed).slice(-height)]
}

function spaced(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', ...lines]
}

function callLines(call: LiveCall, paint: Paint, { now, frame, width }: LiveRoom): readonly string[] {
  const time = showDuration(Math.max(0, now - call.since))
  const summary = safeLine(callSummary(call.tool, call.input))
  const about = cutTo(`${safeLine(call.tool)} ${summary}`, width - columnsOf(time) - 5, paint.marks.more)
  const [tool = '', ...rest] = about.split(' ')
  const head = `${paint.cyan(spinner(paint, frame))} ${paint.bold(tool)} ${rest.join(' ')}  ${paint.dim(time)}`
  return [head, ...tail(call.tail, paint, width - 4, 3).map((line) => `    ${line}`)]
}

function spinner({ marks: { frames } }: Paint, frame: number): string {
  return frames[frame % frames.length] ?? ''
}

function listLines({ running, progress }: SessionView, paint: Paint, width: number): readonly string[] {
  const { list } = progress
  const open = list.some(({ status }) => status === 'pending' || status === 'active')
  return running && open ? todoLines(list, list, paint, width) : []
}

function agentLines({ agents }: SessionView, paint: Paint, width: number): readonly string[] {
  return agents.map(({ agent, role, background }) =>
    paint.dim(
      cutTo(
        `${paint.marks.active} ${safeLine(role)} ${agent}${background ? ', in the background' : ''}`,
        width,
        paint.marks.more,
      ),
    ),
  )
}

function queuedLines({ queued }: SessionView, paint: Paint, width: number): readonly string[] {
  return queued.map(({ text }) =>
    paint.dim(cutTo(`${paint.marks.pending} queued: ${safeLine(text)}`, width, paint.marks.more)),
  )
}

function statusLine(view: SessionView, paint: Paint, { now, frame, width }: LiveRoom): string {
  const { progress, thought } = view
  const doing =
    progress.writing !== undefined
      ? describeInput(progress.writing)
      : thought === ''
        ? view.text.open === ''
          ? progress.activity
          : 'writing'
        : `thinking: ${thought.trimEnd().split('\n').at(-1) ?? ''}`
  const facts = [showDuration(Math.max(0, now - view.since)), safeLine(doing)]
  const text = cutTo(facts.join(` ${paint.marks.separator} `), width - 22, paint.marks.more)
  return `${paint.cyan(spinner(paint, frame))} ${paint.dim(`${text} ${paint.marks.separator} Esc interrupts`)}`
}
