import type { Entry, PersonQuestion, ThreadId, Timestamp } from '@keepup/core'
import type { GraphEntry, Wait } from '@keepup/graph'

import { sopIn } from '../sop/find-sop.ts'
import type { Store } from '../store.ts'

/** A thread of a graph or of a procedure, as far as it is known without what walks it. */
export interface FoundGraph {
  readonly thread: ThreadId
  readonly kind: 'graph' | 'procedure'
  /** The name of the graph or the procedure. */
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

/** Reads a thread as one of a graph or a procedure; `undefined` where it is none. Reads all of its entries. */
export async function findGraph(
  { checkpointer }: Pick<Store, 'checkpointer'>,
  thread: ThreadId,
): Promise<FoundGraph | undefined> {
  const { entries } = await checkpointer.read(thread)
  const own = entries.filter(isRelated)
  const started = own.find((entry) => entry.type === 'graph-started')
  const last = own.findLast(({ type }) => type !== 'node-waiting')
  if (started === undefined || last === undefined) {
    const procedure = sopIn(entries)
    // Its questions are approvals.
    return (
      procedure && { thread, kind: 'procedure', graph: procedure.sop, status: procedure.status, waits: [] }
    )
  }
  const found = { thread, kind: 'graph', graph: started.data.graph, waits: [] } as const
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
