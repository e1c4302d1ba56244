import type { SessionUpdate, ToolCallContent, ToolCallLocation } from '@agentclientprotocol/sdk'
import type { AgentEntry, AgentEventMap, Effect } from '@keepup/core'

import { fieldsOf } from './fields-of.ts'
import { diff, type ViewPlace } from './file-diff.ts'
import { outcomeText } from './output-text.ts'
import { planOf } from './plan.ts'
import { type ToolView, toolView } from './tool-view.ts'

/** A call as the editor knows it. */
export interface CallView extends ToolView {
  /** The editor's name of it: unlike the model's, it comes once in a thread. */
  readonly id: string
  readonly tool: string
  readonly input: unknown
  /** The end of what it told while it ran. */
  progress: string
}

/** What is told of calls. */
export interface CallUpdates {
  readonly begun: (event: AgentEntry<'assistant-message'>) => readonly SessionUpdate[]
  readonly asked: (event: AgentEntry<'approval-requested'>) => readonly SessionUpdate[]
  readonly started: (event: AgentEntry<'tool-started'>) => readonly SessionUpdate[]
  readonly progressed: (event: AgentEventMap['tool-progressed']) => readonly SessionUpdate[]
  readonly finished: (event: AgentEntry<'tool-finished'>) => readonly SessionUpdate[]
  readonly view: (call: string) => CallView | undefined
}

/** @limit In characters: of what a running call tells, an editor is shown the end. */
const mostProgress = 4_000

/** Tells of the calls of a thread, each message of the model naming its own anew. */
export function callUpdates(place: ViewPlace): CallUpdates {
  const calls = new Map<string, CallView>()
  const keys = new Map<string, string>()
  const seen = (call: string, key: string, input: unknown): CallView | undefined => {
    keys.set(key, call)
    const known = calls.get(call)
    if (known === undefined || input === undefined) return known
    const rewritten = { ...known, ...toolView(known.tool, input, place), input }
    calls.set(call, rewritten)
    return rewritten
  }
  return {
    view: (call) => calls.get(call),
    begun({ data, sequence }) {
      calls.clear()
      keys.clear()
      const parts = data.message.content.filter((part) => part.type === 'tool-call')
      return parts.flatMap(({ id: call, name: tool, input }, index) => {
        const id = `call-${sequence}-${index}`
        const known = { ...toolView(tool, input, place), id, tool, input, progress: '' }
        calls.set(call, known)
        return isPlan(known) ? [] : [begun(known)]
      })
    },
    asked({ data: { call, key, input } }) {
      const known = seen(call, key, input)
      return known === undefined || input === undefined ? [] : [changed(known, { status: 'pending' }, true)]
    },
    started({ data: { call, key, input, effects } }) {
      const known = seen(call, key, input)
      if (known === undefined || isPlan(known)) return []
      const touched = locationsOf(effects)
      const locations = touched.length === 0 ? known.locations : touched
      calls.set(call, { ...known, locations })
      return [changed({ ...known, locations }, { status: 'in_progress' }, input !== undefined)]
    },
    progressed({ key, text }) {
      const known = calls.get(keys.get(key) ?? '')
      if (known === undefined) return []
      known.progress = `${known.progress}${text}`.slice(-mostProgress)
      return [changed(known, { content: contentOf(known, known.progress) })]
    },
    finished({ data: { call, outcome } }) {
      const known = calls.get(call)
      if (known === undefined) return []
      if (isPlan(known)) return outcome.type === 'completed' ? [planOf(known.input)] : []
      const diffs = known.diffs.length > 0 ? known.diffs : created(known, outcome)
      const content = contentOf({ ...known, diffs }, outcomeText(outcome))
      const status = outcome.type === 'completed' ? 'completed' : 'failed'
      const structured = outcome.type === 'completed' ? outcome.output.structured : undefined
      const raw = structured === undefined ? {} : { rawOutput: structured }
      return [changed(known, { status, content, ...raw })]
    },
  }
}

/** The list of what is to do is no call to a person: it is the plan. */
function isPlan({ tool }: CallView): boolean {
  return tool === 'todo'
}

function begun(view: CallView): SessionUpdate {
  return {
    sessionUpdate: 'tool_call',
    toolCallId: view.id,
    status: 'pending',
    ...shown(view),
  }
}

function shown({ title, kind, locations, diffs, input }: CallView) {
  return { title, kind, locations: [...locations], content: [...diffs], rawInput: input }
}

function changed(
  view: CallView,
  change: Partial<Extract<SessionUpdate, { sessionUpdate: 'tool_call_update' }>>,
  whole = false,
): SessionUpdate {
  const locations = whole || change.status === 'in_progress' ? { locations: [...view.locations] } : {}
  return {
    sessionUpdate: 'tool_call_update',
    toolCallId: view.id,
    ...(whole ? shown(view) : {}),
    ...locations,
    ...change,
  }
}

function contentOf({ diffs }: ToolView, text: string): ToolCallContent[] {
  return [
    ...diffs,
    ...(text === '' ? [] : [{ type: 'content' as const, content: { type: 'text' as const, text } }]),
  ]
}

/** A file that was not there before: its result says so, also long after. */
function created(
  { tool, input, locations }: CallView,
  outcome: AgentEntry<'tool-finished'>['data']['outcome'],
) {
  const [file] = locations
  const { content } = fieldsOf(input)
  if (tool !== 'write' || outcome.type !== 'completed' || file === undefined || content === undefined)
    return []
  const { structured } = outcome.output
  const isNew =
    typeof structured === 'object' &&
    structured !== null &&
    'created' in structured &&
    structured['created'] === true
  return isNew ? [diff(file.path, null, content)] : []
}

function locationsOf(effects: readonly Effect[]): readonly ToolCallLocation[] {
  const paths = effects.flatMap(({ kind, target }) =>
    (kind === 'read' || kind === 'write' || kind === 'delete') && target.startsWith('/') ? target : [],
  )
  return [...new Set(paths)].slice(0, 20).map((path) => ({ path }))
}
