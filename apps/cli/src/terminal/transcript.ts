import { type AgentEntry, type AgentEntryType, type AgentEvent, isLive } from '@keepup/core'
import type { LiveEvent, Timestamp } from '@keepup/core'

import { showDuration } from '../settings/duration.ts'
import { messageText } from './entry-line.ts'
import { optionLines } from './option-lines.ts'
import { leftRunning, outcomeLine } from './outcome-line.ts'
import { advance, noProgress, type Progress } from './progress.ts'
import { safeText } from './safe-text.ts'
import { createStreamedText } from './streamed-text.ts'
import type { Style } from './style.ts'
import { readList, todoLines } from './todo-lines.ts'
import { fit } from './width.ts'

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
  /** The person who watches is asked directly: questions, and going on after them, are not told besides. */
  readonly attended?: boolean
  /** What the calls that an earlier process left open were asked for. */
  readonly open?: Progress['inputs']
}

/** Events of a run as text. Keeps what it needs to know of earlier events; draws nothing itself. */
export interface Transcript {
  readonly progress: Progress
  feed(event: AgentEvent): readonly Piece[]
}

/** A transcript that has seen nothing yet. */
export function createTranscript(options: TranscriptOptions): Transcript {
  const streamed = createStreamedText(options.width)
  let progress: Progress = { ...noProgress, inputs: options.open ?? noProgress.inputs }

  function live(event: LiveEvent): string {
    return options.streaming && event.type === 'text-streamed' ? streamed.delta(event.stream, event.text) : ''
  }

  function answered({ message }: AgentEntry<'assistant-message'>['data']): readonly Piece[] {
    const text = messageText(message)
    if (options.streaming) return answer(streamed.complete(text))
    const final = !message.content.some((part) => part.type === 'tool-call')
    return final || text === '' ? [] : [note(safeText(text))]
  }

  return {
    get progress() {
      return progress
    },
    feed(event) {
      const before = progress
      progress = advance(progress, event)
      if (isLive(event)) return answer(live(event))
      if (event.type === 'assistant-message') return answered(event.data)
      const pieces = entryPieces(event, before, options)
      return pieces.length === 0 ? [] : [...answer(streamed.leave()), ...pieces]
    },
  }
}

function answer(text: string): readonly Piece[] {
  return text === '' ? [] : [{ to: 'answer', text }]
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
  'run-resumed': ({ thread, data }, progress, { style, attended }) => {
    // The same process goes on after it has asked.
    if (attended === true && progress.turn > 0) return []
    const ended = data.processes.filter(({ end }) => end === 'ended').length
    const survivors = data.processes.filter(({ end }) => end === 'survives')
    const facts = [
      `resumed thread ${thread}`,
      ...(data.open.length === 0
        ? []
        : [data.open.length === 1 ? 'one call was open' : `${data.open.length} calls were open`]),
      ...(ended === 0 ? [] : [`ended ${ended} left-over ${ended === 1 ? 'process' : 'processes'}`]),
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
  'run-interrupted': ({ data }, _, { style }) => [warning(`interrupted: ${data.reason}`, style)],
  'run-stopping': ({ data }, _, { style }) => [warning(`stopping: ${data.reason}`, style)],
  'context-compacted': ({ data }, _, { style }) => [
    warning(`${data.replaced} messages were compacted`, style),
  ],
  // What a person or a crash interrupted is told of elsewhere.
  'model-failed': ({ data }, _, { style }) =>
    data.failure.kind === 'interrupted'
      ? []
      : [
          note(
            `${style.red(style.marks.failed)} ${safeText(data.failure.message)}${style.dim(whatFollows(data))}`,
          ),
        ],
  'tool-finished': ({ data, time }, progress, { style, width }) => [
    note(
      listText(data, progress, { style, width }) ??
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
    ...(data.outcome.type === 'denied'
      ? [note(style.dim(fit(safeText(`- ${data.outcome.reason}`), width, style.marks.more)))]
      : []),
    ...leftRunning(data.outcome).map((pid) =>
      warning(`process ${pid}, which this command began, runs on in a session of its own`, style),
    ),
  ],
  'approval-requested': ({ data }, _, { style, attended }) => {
    if (attended === true) return []
    const options = optionLines(data.wants ?? {}, style)
    return [
      note(
        [style.yellow(`? ${safeText(data.question).trim().replaceAll('\n', '\n  ')}`), ...options].join('\n'),
      ),
    ]
  },
  'run-finished': ({ data }, _, { streaming }) =>
    streaming || data.text === ''
      ? []
      : answer(data.text.endsWith('\n') ? safeText(data.text) : `${safeText(data.text)}\n`),
}

/** A new list of the agent's; `undefined` where the call was no such thing. */
function listText(
  { tool, call, outcome }: AgentEntry<'tool-finished'>['data'],
  progress: Progress,
  { style, width }: Pick<TranscriptOptions, 'style' | 'width'>,
): string | undefined {
  const list =
    tool === 'todo' && outcome.type === 'completed' ? readList(progress.inputs.get(call)) : undefined
  return list === undefined ? undefined : todoLines(list, progress.list, style, width).join('\n')
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
