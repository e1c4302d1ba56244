import {
  type AgentEntry,
  type AgentEvent,
  type Entry,
  isLive,
  type LiveEvent,
  type ThreadId,
  type Timestamp,
} from '@keepup/core'

import { spanIdOf, treeIdOf } from './span-identity.ts'
import { tellEntry } from './tell-entry.ts'
import { type OpenMails, tellStore } from './tell-store.ts'
import { type OpenWorkflows, tellWorkflow } from './tell-workflow.ts'
import { newStory, type ThreadStory } from './thread-story.ts'
import type { TraceOptions } from './trace-options.ts'
import type { TracePlace, TraceSpan } from './trace-span.ts'

/** Threads, told as spans while they happen or from their logs. */
export interface Trace {
  /**
   * Gives the spans that an event ends, oldest first. Events of one thread come in their order; those of several threads may be mixed, and an agent that another one
   * started stands below the call that started it if that one's events are observed here too; those whose starters are told elsewhere are in one trace for each
   * `delegation.root`. Entries of graphs, procedures, memories and mailboxes are told as well; those of other kinds tell nothing. `now` is the time of a live event.
   * Never throws.
   */
  observe(event: AgentEvent | Entry, now?: Timestamp): readonly TraceSpan[]
  /** The span of a thread's open run: what requests of its tools hand on. */
  current(thread: ThreadId): TracePlace | undefined
}

/** A trace of any number of threads. What is known of a thread is let go when its run ends, but for its instructions where content is told. */
export function createTrace(options: TraceOptions = {}): Trace {
  const stories = new Map<ThreadId, ThreadStory>()
  const parents = new Map<ThreadId, TracePlace>()
  const trees = new Map<ThreadId, string>()
  const workflows: OpenWorkflows = new Map()
  const mails: OpenMails = new Map()
  const storyOf = (thread: ThreadId): ThreadStory => {
    const story = stories.get(thread) ?? newStory(thread)
    stories.set(thread, story)
    return story
  }
  const settle = (thread: ThreadId): void => {
    parents.delete(thread)
    trees.delete(thread)
    // Instructions are told when they change, so a later run may need them; only content does.
    if (options.content === undefined) stories.delete(thread)
  }
  return {
    observe(told, now) {
      const event = told as AgentEvent // one of another kind is none that is looked for
      if (isLive(event)) return watched(stories.get(event.thread), event, now)
      const parent = parents.get(event.thread) ?? workflowOf(workflows, event.thread) ?? options.parent
      const others = [
        ...tellWorkflow(workflows, told as Entry, parent),
        ...tellStore(mails, told as Entry, stories.get(event.thread)?.run),
      ]
      const story = storyOf(event.thread)
      if (event.type === 'agent-spawned') place(parents, story, event)
      if (event.type === 'agent-delegated') trees.set(event.thread, treeIdOf(event.data.root))
      const tree = trees.get(event.thread)
      const span = tellEntry(story, event, { options, parent, ...(tree === undefined ? {} : { tree }) })
      if (event.type === 'run-finished') settle(event.thread)
      else if (options.content === undefined && isEmpty(story)) stories.delete(event.thread)
      return [...others, ...(span === undefined ? [] : [span])].map((each) => named(each, story, options))
    },
    current: (thread) => stories.get(thread)?.run,
  }
}

/** Threads of memories, mailboxes and graphs have nothing open as an agent. */
function isEmpty({ run, call, role, tools }: ThreadStory): boolean {
  return run === undefined && call === undefined && role === undefined && tools.size === 0
}

/** The open graph or procedure whose agent a thread is: its name begins with that of the other. */
function workflowOf(workflows: OpenWorkflows, thread: ThreadId): TracePlace | undefined {
  for (let end = thread.indexOf('/'); end > 0; end = thread.indexOf('/', end + 1)) {
    const workflow = workflows.get(thread.slice(0, end))
    if (workflow !== undefined) return { traceId: workflow.traceId, spanId: workflow.spanId }
  }
  return undefined
}

/** Everything that a log of one thread tells; `options.parent` where it stands below another span. */
export function spansOf(
  entries: Iterable<AgentEntry | Entry>,
  options: TraceOptions = {},
): readonly TraceSpan[] {
  const trace = createTrace(options)
  return [...entries].flatMap((entry) => trace.observe(entry))
}

/** The first word of an answer. */
function watched(
  story: ThreadStory | undefined,
  event: LiveEvent,
  now: Timestamp | undefined,
): readonly TraceSpan[] {
  if (now !== undefined && story?.call !== undefined && event.type.endsWith('-streamed'))
    story.call.first ??= now
  return []
}

/** Where an agent that is started will stand: below the call that starts it. */
function place(
  parents: Map<ThreadId, TracePlace>,
  { run, tools, thread }: ThreadStory,
  { data }: AgentEntry<'agent-spawned'>,
): void {
  if (run === undefined) return
  const call = tools.get(data.key)
  const spanId = call === undefined ? run.spanId : spanIdOf(thread, call.sequence)
  parents.set(data.agent, { traceId: run.traceId, spanId })
}

/** What every span says. */
function named(span: TraceSpan, { thread }: ThreadStory, { user }: TraceOptions): TraceSpan {
  const common = {
    'gen_ai.conversation.id': thread,
    'session.id': thread,
    ...(user === undefined ? {} : { 'user.id': user }),
    ...(span.error === undefined ? {} : { 'error.type': span.error }),
  }
  return { ...span, attributes: { ...common, ...span.attributes } }
}
