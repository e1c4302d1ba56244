import {
  type AgentEntryData,
  type AgentEntryType,
  canonicalJson,
  type Entry,
  joinTable,
  type Label,
  labelAt,
  type ToolOutcome,
} from '@keepup/core'
import type { JsonValue, TextPart, UserMessage } from '@keepup/core'

import type { Defence } from '../defence.ts'
import type { ThreadDefence } from './thread-defence.ts'

type Observers = Pick<Defence, 'observePrompt' | 'observeResult'>
type Data<Type extends keyof AgentEntryData> = AgentEntryData[Type]

/** What one entry of a thread adds to what the defence knows. Entries of other kinds, and erased ones, add nothing. */
export function applyEntry(observers: Observers, state: ThreadDefence, entry: Entry): ThreadDefence {
  if (entry.erased === true) return state
  // The type of an entry says what its data is.
  switch (entry.type) {
    case 'user-message':
      return hear(observers, state, entry, (entry.data as Data<'user-message'>).message)
    case 'assistant-message':
      return expect(state, entry.data as Data<'assistant-message'>)
    case 'tool-started':
      return begin(state, entry.data as Data<'tool-started'>)
    case 'tool-finished':
      return finish(observers, state, entry, entry.data as Data<'tool-finished'>)
    case 'hook-reported':
      return addFreeText(observers, state, entry, 'hook', (entry.data as Data<'hook-reported'>).context ?? [])
    case 'guidance-read':
      return readGuidance(observers, state, entry, entry.data as Data<'guidance-read'>)
    default:
      return ownEntries.has(entry.type) ? state : addUnknown(observers, state, entry)
  }
}

/** Entries that say only what the model said, what was decided, and what was counted. */
const ownEntries: ReadonlySet<string> = new Set<AgentEntryType | 'thread-pruned'>([
  'run-started',
  'run-resumed',
  'run-interrupted',
  'run-stopping',
  'run-waiting',
  'run-finished',
  'instructions-changed',
  'signal-declined',
  'system-warning',
  'model-called',
  'model-failed',
  'approval-requested',
  'approval-answered',
  'process-started',
  'tool-suspended',
  'agent-delegated',
  'agent-released',
  'agent-settled',
  'agent-spawned',
  'agents-awaited',
  'workspace-snapshotted',
  'workspace-bound',
  'context-compacted',
  'thread-rewound',
  'thread-tagged',
])

/** What is not known may have been shown to the model. */
function addUnknown(observers: Observers, state: ThreadDefence, entry: Entry): ThreadDefence {
  if (entry.labels === undefined || joinTable(entry.labels).integrity !== 'free-text') return state
  return addFreeText(observers, state, entry, 'unknown', [`an entry of type ${entry.type}`])
}

/** Words of the user authorise; words that came by another way, such as a task from another agent, are free text. */
function hear(observers: Observers, state: ThreadDefence, entry: Entry, message: UserMessage): ThreadDefence {
  const text = textOf(message.content)
  const label = entry.labels === undefined ? undefined : labelAt(entry.labels, '/message/content')
  if (label?.integrity === 'trusted')
    return { ...state, seen: observers.observePrompt(state.seen, text, entry.sequence) }
  return addFreeText(observers, state, entry, 'message', [text])
}

/**
 * What files say about working here. Those of the user do not authorise by themselves, as the system prompt does not: they tell how, not what is asked. All others
 * are words that others wrote.
 */
function readGuidance(
  observers: Observers,
  state: ThreadDefence,
  entry: Entry,
  { texts }: Data<'guidance-read'>,
): ThreadDefence {
  const others = texts.flatMap(({ text }, index) => {
    const label = entry.labels === undefined ? undefined : labelAt(entry.labels, `/texts/${index}`)
    return label?.integrity === 'trusted' || text === '' ? [] : [text]
  })
  return addFreeText(observers, state, entry, 'guidance', others)
}

function expect({ seen, open }: ThreadDefence, { message }: Data<'assistant-message'>): ThreadDefence {
  const calls = message.content.flatMap((part) => (part.type === 'tool-call' ? [part] : []))
  if (calls.length === 0) return { seen, open }
  return {
    seen,
    open: new Map([...open, ...calls.map(({ id, name, input }) => [id, { tool: name, input }] as const)]),
  }
}

function begin(
  { seen, open }: ThreadDefence,
  { call, tool, input, effects }: Data<'tool-started'>,
): ThreadDefence {
  const known = open.get(call)?.input ?? {}
  // The input of a call is JSON: it was validated before the entry was made.
  const ran = input === undefined ? known : (input as JsonValue)
  return { seen, open: new Map([...open, [call, { tool, input: ran, effects }]]) }
}

function finish(
  observers: Observers,
  { seen, open }: ThreadDefence,
  entry: Entry,
  { call, tool, outcome }: Data<'tool-finished'>,
): ThreadDefence {
  const rest = new Map(open)
  rest.delete(call)
  if (outcome.type === 'denied') return hearHook(observers, { seen, open: rest }, entry, outcome.reason)
  const { input = {}, effects = [] } = open.get(call) ?? {}
  const label = entry.labels === undefined ? undefined : labelAt(entry.labels, '/outcome/output/content')
  if (outcome.type === 'completed' && isPersons(label))
    return { seen: observers.observePrompt(seen, textOf(outcome.output.content), entry.sequence), open: rest }
  // A skill that the person vouches for says how, as instructions of theirs do: it authorises nothing, and is nobody else's word.
  if (outcome.type === 'completed' && isGuidance(label)) return { seen, open: rest }
  const result = {
    tool,
    input,
    failed: outcome.type !== 'completed',
    effects,
    entry: entry.sequence,
    ...(label === undefined ? {} : { declared: label.integrity }),
  }
  let after = seen
  for (const output of outputsOf(outcome)) after = observers.observeResult(after, { ...result, output })
  return { seen: after, open: rest }
}

/** Where a hook denied, its program may repeat anything. */
function hearHook(observers: Observers, state: ThreadDefence, entry: Entry, reason: string): ThreadDefence {
  const sources = entry.labels === undefined ? [] : joinTable(entry.labels).sources
  return sources.includes('hook') ? addFreeText(observers, state, entry, 'hook', [reason]) : state
}

function isGuidance(label: Label | undefined): boolean {
  return label?.integrity === 'trusted' && label.sources.length === 1 && label.sources[0] === 'guidance'
}

/** What a person answered is what they said. */
function isPersons(label: Label | undefined): boolean {
  return label?.integrity === 'trusted' && label.sources.length === 1 && label.sources[0] === 'user'
}

function addFreeText(
  observers: Observers,
  state: ThreadDefence,
  entry: Entry,
  tool: string,
  texts: readonly string[],
): ThreadDefence {
  if (texts.length === 0) return state
  const result = { tool, input: {}, output: texts, failed: true, entry: entry.sequence }
  return { ...state, seen: observers.observeResult(state.seen, result) }
}

/** Everything that the model is shown of an outcome: its data, and its text and files where these say more than the data. */
function outputsOf(outcome: ToolOutcome): readonly JsonValue[] {
  const output = 'output' in outcome ? outcome.output : undefined
  const said = outcome.type === 'failed' ? outcome.message : outcome.type === 'unknown' ? outcome.reason : ''
  if (output === undefined) return [said]
  const text = textOf(output.content)
  const files = output.content.some(({ type }) => type !== 'text') ? [fileOfOthers] : []
  const shown = parsedOr(text || said)
  if (outcome.type !== 'completed' || output.structured === undefined) return [shown, ...files]
  const { structured } = output
  return text === '' || isSame(shown, structured) ? [structured, ...files] : [structured, shown, ...files]
}

/** Pictures and documents may hold any words. */
const fileOfOthers = 'a file, which may say anything at all to whoever looks at it'

function isSame(shown: JsonValue, structured: JsonValue): boolean {
  return canonicalJson(shown) === canonicalJson(structured)
}

/** Text that is JSON is read as what it says: most servers answer so. */
function parsedOr(text: string): JsonValue {
  if (!/^\s*[[{]/.test(text)) return text
  try {
    // Whatever JSON.parse gives is JSON.
    return JSON.parse(text) as JsonValue
  } catch {
    return text
  }
}

function textOf(content: readonly { readonly type: string }[]): string {
  const texts = content.filter((part): part is TextPart => part.type === 'text')
  return texts.map(({ text }) => text).join('\n')
}
