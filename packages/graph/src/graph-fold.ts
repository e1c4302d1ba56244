import { type Entry, type Fold, joinLabels, joinTable, trustedLabel } from '@keepup/core'

import { type StateDefinition, versionSpan } from './define-state.ts'
import { type EntryHandlers, isGraphEntry, scopeHandlers } from './fold-handlers.ts'
import type { GraphEntry } from './graph-entries.ts'
import type { GraphState, ScopeState } from './graph-state.ts'
import type { GraphParts } from './graph.ts'
import { initialValues, migrateValues } from './join-update.ts'

/** The form of a run's state. */
const form = 1

/** Whose loss changes nothing. */
const informative: ReadonlySet<string> = new Set(['signal-declined', 'thread-tagged'])

/** The fold of a graph's threads. Its version is made of the form of a run and the version of the state. */
export function graphFold(graph: GraphParts): Fold<GraphState> {
  const handlers = scopeHandlers(graph)
  return {
    id: `graph/${graph.name}`,
    version: form * versionSpan + graph.state.version,
    initial: emptyState(graph.state),
    understands: new Set(Object.keys(handlers)),
    apply: (state, entry) => apply(handlers, state, entry),
    migrate(older, version) {
      if (Math.floor(version / versionSpan) !== form) return undefined
      // Stored by this fold, in the same form, for another version of the state.
      return migrateState(graph.state, older as GraphState, version % versionSpan)
    },
  }
}

/** Graphs within are migrated only by folding again: a snapshot does not say which versions theirs had. */
function migrateState(state: StateDefinition, older: GraphState, version: number): GraphState | undefined {
  if (version > state.version || older.tasks.some(isDelicate)) return undefined
  return { ...older, values: migrateValues(state, older.values, version) }
}

function isDelicate({ inner, update }: ScopeState['tasks'][number]): boolean {
  return inner !== undefined || update !== undefined
}

function emptyState(state: StateDefinition): GraphState {
  return {
    status: 'empty',
    values: initialValues(state),
    step: 0,
    stepsBefore: 0,
    tasks: [],
    visits: {},
    held: { joins: {}, deferred: [] },
    exposure: trustedLabel,
    time: 0,
  }
}

function apply(handlers: EntryHandlers, state: GraphState, entry: Entry): GraphState {
  if (!isGraphEntry(handlers, entry)) return state
  if (entry.erased === true) return informative.has(entry.type) ? state : { ...state, erased: true }
  const next = handle(handlers, state, entry)
  const exposure =
    entry.labels === undefined || entry.type === 'signal-declined'
      ? next.exposure
      : joinLabels(next.exposure, joinTable(entry.labels))
  return { ...next, exposure, time: entry.time }
}

function handle<Type extends keyof EntryHandlers>(
  handlers: EntryHandlers,
  state: GraphState,
  entry: GraphEntry<Type>,
): GraphState {
  // The map gives each type its own handler; TypeScript cannot follow the key through the union.
  const handler = handlers[entry.type] as (state: GraphState, entry: GraphEntry<Type>) => GraphState
  return handler(state, entry)
}
