import {
  addUsage,
  type AgentEntry,
  type Entry,
  type FileChange,
  type Hash,
  type Money,
  noUsage,
  type Usage,
} from '@keepup/core'

/** What entries of an agent's thread cost. */
export interface Spent {
  /** Answers of models. */
  readonly turns: number
  readonly usage: Usage
  readonly cost: Money
  /** Some of it has no known price. */
  readonly unpriced: boolean
}

/** The files as an entry kept them. */
export interface KeptFilesChange {
  readonly snapshot?: Hash
  readonly changes: readonly FileChange[]
  /** How many changes more there were than were recorded. */
  readonly more: number
}

/** Sums up what answers and failures of models in these entries took. */
export function spentIn(entries: Iterable<Entry>): Spent {
  let spent: Spent = { turns: 0, usage: noUsage, cost: 0, unpriced: false }
  for (const entry of entries) {
    const data = usageOf(entry)
    if (data === undefined) continue
    spent = {
      turns: spent.turns + (entry.type === 'assistant-message' ? 1 : 0),
      usage: addUsage(spent.usage, data.usage ?? noUsage),
      cost: spent.cost + (data.cost ?? 0),
      unpriced: spent.unpriced || data.unpriced === true,
    }
  }
  return spent
}

/** What entries tell of the files of the workspace; `undefined` where they tell nothing. */
export function filesIn(entries: readonly Entry[]): KeptFilesChange | undefined {
  const looks = entries.flatMap((entry) => (isLook(entry) && entry.erased !== true ? [entry.data] : []))
  if (looks.length === 0) return undefined
  const snapshot = looks.findLast(({ id }) => id !== undefined)?.id
  return {
    ...(snapshot === undefined ? {} : { snapshot }),
    changes: looks.flatMap(({ changes = [] }) => changes),
    more: looks.reduce((sum, { more = 0 }) => sum + more, 0),
  }
}

function usageOf(entry: Entry): Partial<AgentEntry<'assistant-message'>['data']> | undefined {
  if (entry.erased === true) return undefined
  if (entry.type !== 'assistant-message' && entry.type !== 'model-failed') return undefined
  // The type of an entry decides the shape of its data.
  return entry.data as Partial<AgentEntry<'assistant-message'>['data']>
}

function isLook(entry: Entry): entry is AgentEntry<'workspace-snapshotted'> {
  return entry.type === 'workspace-snapshotted'
}
