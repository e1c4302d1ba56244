import type { AgentEntry, AgentEntryType, AgentEvent, Timestamp } from '@keepup/core'
import { isLive } from '@keepup/core'

import { showDuration } from '../settings/duration.ts'
import { messageText } from './entry-line.ts'
import { outcomeLine } from './outcome-line.ts'
import { advance, noProgress, type Progress } from './progress.ts'
import { safeText } from './safe-text.ts'
import type { Style } from './style.ts'

/** Text on its way to a person: the answer goes to standard output, everything about how it came to be goes to standard error. */
export interface Piece {
  readonly to: 'answer' | 'notes'
  readonly text: string
}

/** How events become text. */
export interface TranscriptOptions {
  readonly style: Style
  /** Columns of the terminal. */
  readonly width: number
  /** Whether text is shown while it streams; otherwise the final answer is printed at the end, and earlier texts are notes. */
  readonly streaming: boolean
}

/** Events of a run as text. Keeps what it needs to know of earlier events; draws nothing itself. */
export interface Transcript {
  readonly progress: Progress
  feed(event: AgentEvent): readonly Piece[]
}

/** A transcript that has seen nothing yet. */
export function createTranscript(options: TranscriptOptions): Transcript {
  let progress = noProgress
  let streamed = { stream: '', text: '' }

  function live(event: Extract<AgentEvent, { live: true }>): readonly Piece[] {
    if (!options.streaming || event.type !== 'text-streamed') return []
    const begins = event.stream !== streamed.stream
    const left = begins ? endLine(streamed.text) : []
    streamed = { stream: event.stream, text: (begins ? '' : streamed.text) + event.text }
    return [...left, { to: 'answer', text: safeText(event.text) }]
  }

  function answered(text: string, final: boolean): readonly Piece[] {
    const shown = streamed.text
    streamed = { stream: '', text: '' }
    if (options.streaming) return completeText(shown, text)
    return final || text === '' ? [] : [note(safeText(text))]
  }

  return {
    get progress() {
      return progress
    },
    feed(event) {
      const before = progress
      progress = advance(progress, event)
      if (isLive(event)) return live(event)
      if (event.type === 'assistant-message') {
        const { message } = event.data
        return answered(messageText(message), !message.content.some((part) => part.type === 'tool-call'))
      }
      const left = endLine(streamed.text)
      streamed = { stream: '', text: '' }
      return [...left, ...entryPieces(event, before, options)]
    },
  }
}

/** What is still missing of a text of which a part was shown. */
function completeText(shown: string, text: string): readonly Piece[] {
  if (text === '') return endLine(shown)
  if (text.startsWith(shown)) return [answer(safeText(text.slice(shown.length))), ...endLine(text)]
  return [...endLine(shown), answer(safeText(text)), ...endLine(text)]
}

function endLine(text: string): readonly Piece[] {
  return text === '' || text.endsWith('\n') ? [] : [answer('\n')]
}

function answer(text: string): Piece {
  return { to: 'answer', text }
}

function note(text: string): Piece {
  return { to: 'notes', text: text.endsWith('\n') ? text : `${text}\n` }
}

type Handlers = {
  readonly [Type in AgentEntryType]?: (
    entry: AgentEntry<Type>,
    progress: Progress,
    options: TranscriptOptions,
  ) => readonly Piece[]
}

function entryPieces(entry: AgentEntry, progress: Progress, options: TranscriptOptions): readonly Piece[] {
  const handlers = entryHandlers as Partial<
    Record<string, (entry: never, progress: Progress, options: TranscriptOptions) => readonly Piece[]>
  >
  // The type of an entry decides which handler takes it.
  return handlers[entry.type]?.(entry as never, progress, options) ?? []
}

const entryHandlers: Handlers = {
  'run-started': ({ thread, data }, _, { style }) => [
    note(
      style.dim(
        [`keepup`, data.settings.models[0].id, `mode ${data.settings.mode}`, `thread ${thread}`].join(
          ` ${style.marks.separator} `,
        ),
      ),
    ),
  ],
  'run-resumed': ({ thread, data }, _, { style }) => {
    const ended = data.processes.filter(({ end }) => end === 'ended').length
    const survivors = data.processes.filter(({ end }) => end === 'survives')
    const facts = [
      `resumed thread ${thread}`,
      ...(data.open.length === 0 ? [] : [`${data.open.length} call(s) were open`]),
      ...(ended === 0 ? [] : [`ended ${ended} left-over process(es)`]),
    ]
    return [
      note(style.dim(facts.join(` ${style.marks.separator} `))),
      ...survivors.map(({ pid }) => warning(`process ${pid} is still running and could not be ended`, style)),
    ]
  },
  'user-message': ({ data }, _, { style }) =>
    data.delivery === 'steer'
      ? [note(style.cyan(`${style.marks.note} steered: ${safeText(messageText(data.message))}`))]
      : [],
  'signal-declined': ({ data }, _, { style }) => [warning(`${data.kind} declined: ${data.reason}`, style)],
  'system-warning': ({ data }, _, { style }) => [warning(data.text, style)],
  'run-interrupted': ({ data }, _, { style }) => [warning(`interrupting: ${data.reason}`, style)],
  'run-stopping': ({ data }, _, { style }) => [warning(`stopping: ${data.reason}`, style)],
  'context-compacted': ({ data }, _, { style }) => [
    warning(`${data.replaced} messages were compacted`, style),
  ],
  'model-failed': ({ data }, _, { style }) => [
    note(`${style.red(style.marks.failed)} ${safeText(data.failure.message)}${style.dim(whatFollows(data))}`),
  ],
  'tool-finished': ({ data, time }, progress, { style, width }) => [
    note(
      outcomeLine(
        {
          tool: data.tool,
          input: progress.inputs.get(data.call),
          outcome: data.outcome,
          ...since(progress, data.call, time),
        },
        style,
        width,
      ),
    ),
    ...(data.outcome.type === 'denied' ? [note(style.dim(`  ${safeText(data.outcome.reason)}`))] : []),
  ],
  'approval-requested': ({ data }, _, { style }) => [note(style.yellow(`? ${safeText(data.question)}`))],
  'run-finished': ({ data }, _, { streaming }) =>
    streaming || data.text === ''
      ? []
      : [answer(data.text.endsWith('\n') ? safeText(data.text) : `${safeText(data.text)}\n`)],
}

function warning(text: string, style: Style): Piece {
  return note(style.yellow(`${style.marks.note} ${safeText(text)}`))
}

function whatFollows(data: AgentEntry<'model-failed'>['data']): string {
  if (data.next === 'give-up') return ''
  if (data.next === 'fallback') return ' (asking the next model)'
  return ` (trying again${data.delay === undefined ? '' : ` in ${showDuration(data.delay)}`})`
}

function since(progress: Progress, call: string, time: Timestamp): { readonly duration?: number } {
  const started = progress.started.get(call)
  return started === undefined ? {} : { duration: Math.max(0, time - started) }
}
