import {
  type AgentEntry,
  type AgentEntryType,
  type AgentEvent,
  isLive,
  type LiveEvent,
  type UserMessage,
} from '@keepup/core'

import { showDuration } from '../../settings/duration.ts'
import { messageText, outcomeText } from '../../terminal/entry-line.ts'
import { leftRunning } from '../../terminal/outcome-line.ts'
import { advance } from '../../terminal/progress.ts'
import { usageFacts } from '../../terminal/status-line.ts'
import { readList } from '../../terminal/todo-lines.ts'
import { splitMarkdown } from '../markdown/split-markdown.ts'
import type { Block } from './block.ts'
import { saidText } from './said-text.ts'
import type { SessionEvent, SessionView } from './session-view.ts'

/** So much is kept of what a call or a thought has told so far, in characters. */
const mostTail = 2_000

/** What an event adds to what a person sees. Pure. */
export function reduce(view: SessionView, event: AgentEvent | SessionEvent): SessionView {
  switch (event.type) {
    case 'begun':
      return { ...view, running: true, since: event.time }
    case 'stood':
      return stood(view)
    case 'queued':
      return { ...view, queued: [...view.queued, event.words] }
    case 'told':
      return tell(view, event.block)
    case 'printed':
      return { ...view, blocks: [] }
    default:
      return happened(view, event)
  }
}

function happened(before: SessionView, event: AgentEvent): SessionView {
  const view = { ...before, progress: advance(before.progress, event) }
  if (isLive(event)) return streamed(view, event)
  const handlers: Partial<
    Record<string, (view: SessionView, entry: never, before: SessionView) => SessionView>
  > = entryHandlers
  // The type of an entry decides which handler takes it.
  return handlers[event.type]?.(view, event as never, before) ?? view
}

/** A run is over, or waits: nothing is under way any more. */
function stood(view: SessionView): SessionView {
  return { ...leave(view), running: false, calls: [], thought: '' }
}

function streamed(view: SessionView, event: LiveEvent): SessionView {
  switch (event.type) {
    case 'text-streamed':
      return grow(view, event.stream, event.text)
    case 'reasoning-streamed':
      return { ...view, thought: (view.thought + event.text).slice(-mostTail) }
    case 'tool-progressed':
      return {
        ...view,
        calls: view.calls.map((call) =>
          call.key === event.key ? { ...call, tail: (call.tail + event.text).slice(-mostTail) } : call,
        ),
      }
    case 'tool-input-streamed':
      return view
  }
}

/** More of an answer. What is whole of it is told; another stream is another attempt. */
function grow(view: SessionView, stream: string, more: string): SessionView {
  const known = view.text.stream === stream ? view.text : { stream, printed: '', open: '' }
  const text = known.open + more
  if (!more.includes('\n')) return { ...view, thought: '', text: { ...known, open: text } }
  const { whole, open } = splitMarkdown(text)
  const next = { ...view, thought: '', text: { stream, printed: known.printed + whole, open } }
  return whole.trim() === '' ? next : tell(next, { type: 'answer', text: whole })
}

/** The answer is whole: what was not told of it is. */
function answered(view: SessionView, text: string): SessionView {
  const { printed } = view.text
  const rest = text.startsWith(printed) ? text.slice(printed.length) : text
  const next = { ...view, thought: '', text: { stream: '', printed: '', open: '' } }
  return rest.trim() === '' ? next : tell(next, { type: 'answer', text: rest })
}

/** What was streamed and will not become an answer stays, as it was seen. */
function leave(view: SessionView): SessionView {
  const { printed, open } = view.text
  return answered(view, printed + open)
}

function tell(view: SessionView, ...blocks: readonly Block[]): SessionView {
  return blocks.length === 0 ? view : { ...view, blocks: [...view.blocks, ...blocks] }
}

function note(tone: Extract<Block, { type: 'note' }>['tone'], text: string): Block {
  return { type: 'note', tone, text }
}

type Handlers = {
  readonly [Type in AgentEntryType]?: (
    view: SessionView,
    entry: AgentEntry<Type>,
    before: SessionView,
  ) => SessionView
}

const entryHandlers: Handlers = {
  'run-started': (view, { data }) => withWindow(view, data.settings),
  'run-resumed': (view, { data }) => {
    const survivors = data.processes.filter(({ end }) => end === 'survives')
    return tell(
      withWindow(view, data.settings),
      ...survivors.map(({ pid }) =>
        note('warning', `process ${pid} is still running and could not be ended`),
      ),
    )
  },
  'user-message': (view, { cause, data }) => {
    const queued = view.queued.filter(({ id }) => id !== cause)
    const steered = data.delivery === 'steer'
    return tell({ ...leave(view), queued }, { type: 'said', text: withFiles(data.message), steered })
  },
  'assistant-message': (view, { data }) => ({
    ...answered(view, messageText(data.message)),
    prompt: data.usage.input + data.usage.output,
  }),
  'model-failed': (view, { data }) => {
    if (data.failure.kind === 'interrupted') return leave(view)
    const again =
      data.next === 'retry' && data.delay !== undefined ? ` (again in ${showDuration(data.delay)})` : ''
    return tell(
      leave(view),
      note(data.next === 'give-up' ? 'error' : 'warning', data.failure.message + again),
    )
  },
  'tool-started': (view, { data, time }) => ({
    ...view,
    calls: [
      ...view.calls.filter(({ key }) => key !== data.key),
      { key: data.key, tool: data.tool, input: view.progress.inputs.get(data.call), since: time, tail: '' },
    ],
  }),
  'tool-finished': (view, entry, before) => finished(view, entry, before),
  'guidance-read': (view, { data }) => {
    const paths = data.texts.filter(({ text }) => text !== '').map(({ path }) => path)
    return paths.length === 0 ? view : tell(view, note('quiet', `told of ${paths.join(', ')}`))
  },
  'agent-spawned': (view, { data }) => ({
    ...view,
    agents: [
      ...view.agents.filter(({ agent }) => agent !== data.agent),
      { agent: data.agent, role: data.role, background: data.background === true },
    ],
  }),
  'agent-settled': (view, { data }) => ({
    ...view,
    agents: view.agents.filter(({ agent }) => agent !== data.agent),
  }),
  'context-compacted': (view, { data }) => ({
    ...tell(view, note('quiet', `${data.replaced} messages were compacted`)),
    prompt: 0,
  }),
  'signal-declined': (view, { cause, data }) =>
    tell(
      { ...view, queued: view.queued.filter(({ id }) => id !== cause && id !== data.signal) },
      note('warning', `${data.kind} declined: ${data.reason}`),
    ),
  'system-warning': (view, { data }) => tell(view, note('warning', data.text)),
  'run-interrupted': (view, { data }) => tell(leave(view), note('warning', `interrupted: ${data.reason}`)),
  'run-stopping': (view, { data }) => tell(view, note('warning', `stopping: ${data.reason}`)),
  'thread-rewound': (view, { data }) => tell(view, note('quiet', `went back to ${data.to}`)),
  'workspace-snapshotted': (view, { data }) =>
    data.failed === undefined ? view : tell(view, note('warning', `files could not be kept: ${data.failed}`)),
  'run-finished': (view, { data, time }) => {
    const { outcome, turns } = data
    const told = outcome.type === 'failed' && view.progress.told === outcome.message
    const quiet = outcome.type === 'completed' || outcome.type === 'interrupted' || told
    const facts = [
      `${turns} ${turns === 1 ? 'turn' : 'turns'}`,
      ...usageFacts({ ...data, unpriced: view.progress.unpriced }),
      ...(view.since === 0 ? [] : [showDuration(Math.max(0, time - view.since))]),
    ]
    return tell(
      { ...leave(view), agents: [] },
      ...(quiet ? [] : [note('error', outcomeText(outcome))]),
      note('quiet', facts.join(' · ')),
    )
  },
}

function withWindow(
  view: SessionView,
  { models }: AgentEntry<'run-started'>['data']['settings'],
): SessionView {
  const window = models[0].contextWindow
  return window === undefined ? view : { ...view, window }
}

function finished(
  view: SessionView,
  { data, time }: AgentEntry<'tool-finished'>,
  before: SessionView,
): SessionView {
  const call = view.calls.find(({ key }) => key === data.key)
  const next = { ...view, calls: view.calls.filter(({ key }) => key !== data.key) }
  const { tool, outcome } = data
  const input = view.progress.inputs.get(data.call)
  const items = tool === 'todo' && outcome.type === 'completed' ? readList(input) : undefined
  if (items !== undefined) return tell(next, { type: 'list', items, before: before.progress.list })
  const duration = call === undefined ? {} : { duration: Math.max(0, time - call.since) }
  return tell(
    next,
    { type: 'call', call: { tool, input, outcome, ...duration } },
    ...leftRunning(outcome).map((pid) =>
      note('warning', `process ${pid}, which this command began, runs on in a session of its own`),
    ),
  )
}

/** What a person wrote, and how many files they added. */
function withFiles(message: UserMessage): string {
  const files = message.content.length - 1
  return files < 1
    ? saidText(message)
    : `${saidText(message)}\n(with ${files} ${files === 1 ? 'file' : 'files'})`
}
