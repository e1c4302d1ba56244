import type { Entry, PersonQuestion, ThreadId, Timestamp } from '@keepup/core'
import type { GraphEntry, Wait } from '@keepup/graph'

import type { Store } from '../store.ts'

/** A thread of a graph, as far as it is known without the graph's file. */
export interface FoundGraph {
  readonly thread: ThreadId
  /** The name of the graph. */
  readonly graph: string
  /** `running`, `waiting`, or how its last run ended. */
  readonly status: string
  readonly waits: readonly GraphWait[]
}

/** What a graph waits for. */
export interface GraphWait extends Wait {
  readonly thread: ThreadId
  readonly node: string
  readonly since: Timestamp
  readonly question?: PersonQuestion
}

type GraphRelated = Extract<
  GraphEntry,
  { type: 'graph-finished' | 'graph-resumed' | 'graph-started' | 'graph-waiting' | 'node-waiting' }
>

const related = new Set(['graph-started', 'graph-resumed', 'graph-waiting', 'graph-finished', 'node-waiting'])

/** Reads a thread as one of a graph; `undefined` where it is none. Reads all of its entries. */
export async function findGraph(
  { checkpointer }: Pick<Store, 'checkpointer'>,
  thread: ThreadId,
): Promise<FoundGraph | undefined> {
  const { entries } = await checkpointer.read(thread)
  const own = entries.filter(isRelated)
  const started = own.find((entry) => entry.type === 'graph-started')
  const last = own.findLast(({ type }) => type !== 'node-waiting')
  if (started === undefined || last === undefined) return undefined
  const found = { thread, graph: started.data.graph, waits: [] }
  if (last.type === 'graph-finished') return { ...found, status: last.data.outcome.type }
  if (last.type !== 'graph-waiting') return { ...found, status: 'running' }
  const open = new Set(last.data.waits)
  const waits = own.flatMap((entry): readonly GraphWait[] =>
    entry.type === 'node-waiting' && open.has(entry.data.wait.id)
      ? [{ ...entry.data.wait, thread, node: entry.scope ?? '', since: entry.time }]
      : [],
  )
  return { ...found, status: 'waiting', waits: [...new Map(waits.map((wait) => [wait.id, wait])).values()] }
}

function isRelated(entry: Entry): entry is GraphRelated {
  return related.has(entry.type)
}

/** What graphs of a store wait for from people, and nobody has answered. */
export async function* openGraphQuestions(store: Store): AsyncIterable<GraphWait> {
  for await (const { thread } of store.checkpointer.threads()) {
    const found = await findGraph(store, thread)
    const asked = (found?.waits ?? []).filter((wait) => wait.for === 'person' || wait.for === 'decision')
    if (asked.length === 0) continue
    const answered = new Set((await store.checkpointer.pending(thread)).map(({ channel }) => channel))
    for (const wait of asked) if (!answered.has(`answers:${wait.id}`)) yield wait
  }
}
