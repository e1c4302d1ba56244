import type { AgentEntry, AgentEntryType } from '@keepup/core'

import { answeredCall, failedCall, type ModelCallEnd, modelSpan } from './model-span.ts'
import { momentOf, mostMoments } from './moments.ts'
import { runSpan } from './run-span.ts'
import { spanIdOf, traceIdOf } from './span-identity.ts'
import type { OpenRun, OpenToolCall, ThreadStory } from './thread-story.ts'
import { toolSpan } from './tool-span.ts'
import type { TraceOptions } from './trace-options.ts'
import type { TracePlace, TraceSpan } from './trace-span.ts'

/** What telling an entry needs besides its thread. */
export interface Telling {
  readonly options: TraceOptions
  /** The span under which a run of this thread stands. */
  readonly parent: TracePlace | undefined
  /** The trace of a run without such a span, where another agent is known to have started it. */
  readonly tree?: string
}

type Teller<Type extends AgentEntryType> = (
  story: ThreadStory,
  entry: AgentEntry<Type>,
  telling: Telling,
) => TraceSpan | undefined

const tellers: { readonly [Type in AgentEntryType]?: Teller<Type> } = {
  'agent-delegated': (story, { data }) => {
    story.role = data.role
    story.root = data.root
  },
  'instructions-changed': (story, { data }, { options }) => {
    if (options.content !== undefined) story.instructions = data
  },
  'run-started': (story, entry, telling) => begin(story, entry, telling),
  'run-resumed': (story, entry, telling) => {
    if (story.run?.id !== entry.data.run) return begin(story, entry, telling)
    // Nobody will ever know how the call ended that the crash cut off.
    return endCall(story, { time: entry.time, error: 'interrupted' }, telling)
  },
  'user-message': (story, { data }, { options }) => {
    if (options.content === undefined) return
    story.news.push(data.message)
    if (story.run !== undefined) story.run.asked ??= data.message
  },
  'model-called': (story, { data, sequence, time }) => {
    if (story.run !== undefined) story.run.models += 1
    story.call = { data, sequence, start: time }
  },
  'model-failed': (story, entry, telling) => endCall(story, failedCall(entry), telling),
  'assistant-message': (story, entry, telling) => {
    const span = endCall(story, answeredCall(entry), telling)
    if (telling.options.content !== undefined) keepInputs(story, entry)
    return span
  },
  'context-compacted': (story) => void (story.compacted = true),
  'approval-requested': (story, { data, sequence, time }) => {
    const call = openTool(story, data.key, { sequence, start: time, tool: data.tool, attempts: 0 })
    call.asked ??= time
    const rule = data.reasons[0]?.rule
    if (rule !== undefined) call.rule = rule
  },
  'approval-answered': (story, { data, time }) => {
    const call = story.tools.get(data.key)
    if (call === undefined || !data.valid) return
    call.answered = time
    call.allowed = data.allow
  },
  'tool-started': (story, { data, sequence, time }) => {
    openTool(story, data.key, { sequence, start: time, tool: data.tool, attempts: 0 }).attempts += 1
  },
  'tool-finished': (story, entry, telling) => finishTool(story, entry, telling),
  'run-finished': (story, entry, { options }) => {
    const { run } = story
    if (run === undefined) return
    delete story.run
    delete story.call
    story.news = []
    story.tools.clear()
    story.inputs.clear()
    return runSpan(story, run, entry, options)
  },
}

/** The spans that an entry ends. Changes the story. */
export function tellEntry(story: ThreadStory, entry: AgentEntry, telling: Telling): TraceSpan | undefined {
  const moment = momentOf(entry)
  // The table gives each type its own teller; TypeScript cannot see that entry and teller are of one type.
  const teller = tellers[entry.type] as Teller<AgentEntryType> | undefined
  const span = teller?.(story, entry, telling)
  if (moment !== undefined && story.run !== undefined && story.run.moments.length < mostMoments) {
    story.run.moments.push(moment)
  }
  return span
}

function begin(
  story: ThreadStory,
  { data, sequence, time, thread }: AgentEntry<'run-started' | 'run-resumed'>,
  { parent, tree }: Telling,
): undefined {
  const run: OpenRun = {
    traceId: parent?.traceId ?? tree ?? traceIdOf(thread, data.run),
    spanId: spanIdOf(thread, sequence),
    ...(parent === undefined ? {} : { parent }),
    id: data.run,
    start: time,
    model: data.settings.models[0].id,
    moments: [],
    models: 0,
    tools: 0,
  }
  story.run = run
  story.tools.clear()
  delete story.call
}

function endCall(story: ThreadStory, end: ModelCallEnd, { options }: Telling): TraceSpan | undefined {
  const { run, call } = story
  if (run === undefined || call === undefined) return undefined
  delete story.call
  const span = modelSpan(story, run, call, end, options)
  // A call that failed is made again with the same words.
  if (end.error === undefined) {
    story.news = []
    story.compacted = false
  }
  return span
}

function keepInputs(story: ThreadStory, { data }: AgentEntry<'assistant-message'>): void {
  for (const part of data.message.content) {
    if (part.type === 'tool-call') story.inputs.set(part.id, part.input)
  }
}

function openTool(story: ThreadStory, key: string, first: OpenToolCall): OpenToolCall {
  const known = story.tools.get(key)
  if (known !== undefined) return known
  story.tools.set(key, first)
  return first
}

function finishTool(
  story: ThreadStory,
  entry: AgentEntry<'tool-finished'>,
  { options }: Telling,
): TraceSpan | undefined {
  const { run } = story
  if (run === undefined) return undefined
  const { data, sequence, time } = entry
  // A call that was denied never began.
  const call = openTool(story, data.key, { sequence, start: time, tool: data.tool, attempts: 0 })
  story.tools.delete(data.key)
  run.tools += 1
  const span = toolSpan(story, run, call, entry, options)
  if (options.content === undefined) return span
  const { outcome } = data
  const content = 'output' in outcome && outcome.output !== undefined ? outcome.output.content : []
  const error = outcome.type !== 'completed'
  story.news.push({
    role: 'tool',
    content: [{ type: 'tool-result', id: data.call, name: data.tool, content, error }],
  })
  story.inputs.delete(data.call)
  return span
}
