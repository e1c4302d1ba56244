import type { ReplayCheckpointer, ReplayCursor } from '@keepup/checkpoint'
import {
  type AgentEntry,
  type ArtifactStore,
  type Checkpointer,
  type Clock,
  type ContextPolicy,
  type Entry,
  type Hash,
  KeepupError,
  type ModelFacts,
  type NewEntry,
  type ProcessTable,
  trustedLabel,
} from '@keepup/core'

import type { AgentState, Instructions } from '../agent-state.ts'
import { loopDefaults } from '../loop-defaults.ts'
import type { LoopParts } from '../loop-parts.ts'
import { ahead, awaitOthers, findAhead, isOne, isTakenAtBoundary, isUrgentSignal } from './find-ahead.ts'
import { replayAgents } from './replay-agents.ts'
import { replayFiles } from './replay-files.ts'
import { replayGuidance } from './replay-guidance.ts'
import { replayHooks } from './replay-hooks.ts'
import { replayModel } from './replay-model.ts'
import { type ReplayedSoFar, replayTools } from './replay-tools.ts'

/** The parts of one recorded process: everything comes from the record, when its turn comes. */
export function replayParts(
  checkpointer: ReplayCheckpointer,
  recorded: readonly Entry[],
  inherited: readonly Entry[],
): LoopParts {
  const { cursor } = checkpointer
  const emitted = (): readonly Entry[] => [...inherited, ...recorded.slice(0, cursor.position)]
  const begun = findAhead(cursor, 'run-started', 'run-resumed')
  const [model, ...fallbacks] = begun?.data.settings.models ?? [{ id: 'replay/none' }]
  const toModel = (facts: ModelFacts): LoopParts['models'][0] => replayModel(facts, cursor)
  const past = soFar(emitted)
  const hooks = replayHooks(cursor, recorded)
  const files = replayFiles(cursor, recorded, past.files)
  const guidance = replayGuidance(cursor, recorded)
  return {
    ...loopDefaults,
    ...begun?.data.settings,
    ...(begun === undefined ? {} : { owner: begun.data.owner }),
    models: [toModel(model), ...fallbacks.map(toModel)],
    checkpointer,
    tools: replayTools(cursor, past),
    system: findAhead(cursor, 'instructions-changed')?.data.system ?? past.system(),
    artifacts: replayArtifacts(cursor),
    agents: replayAgents(cursor),
    processes: replayProcesses(begun),
    contextPolicy: replayContextPolicy(cursor),
    ...(hooks === undefined ? {} : { hooks }),
    ...(files === undefined ? {} : { files }),
    ...(guidance === undefined ? {} : { guidance }),
    clock: replayClock(cursor),
    newId: () => findAhead(cursor, 'run-started')?.data.run ?? 'none',
    poll: Number.POSITIVE_INFINITY,
    group: false,
    inOrder: () => awaitOthers(cursor),
    stamp: timeOf(recorded),
    leaseTtl: Number.POSITIVE_INFINITY,
    announce: () => {},
  }
}

/** Each entry gets its recorded time. */
function timeOf(recorded: readonly Entry[]): NonNullable<LoopParts['stamp']> {
  const first = recorded[0]?.sequence ?? 1
  return (sequence) => recorded[sequence - first]?.time ?? 0
}

/** A checkpointer that a dead process can no longer write to. */
export function mortal<C extends Checkpointer>(checkpointer: C): { readonly checkpointer: C; die(): void } {
  let dead = false
  const commit: Checkpointer['commit'] = async (batch) => {
    if (dead) throw new KeepupError('lease-lost', 'The recorded process had died by then.')
    return checkpointer.commit(batch)
  }
  // A second answer to one question was taken at another look than the first.
  const pending: Checkpointer['pending'] = async (thread) => {
    const signals = await checkpointer.pending(thread)
    const again = signals.findIndex(({ channel }, index) => {
      return (
        channel.startsWith('answers:') && signals.slice(0, index).some((other) => other.channel === channel)
      )
    })
    return again === -1 ? signals : signals.slice(0, again)
  }
  return { checkpointer: { ...checkpointer, commit, pending }, die: () => void (dead = true) }
}

interface Past extends ReplayedSoFar {
  readonly system: () => string
  /** The latest snapshot of the files. */
  readonly files: () => Hash | undefined
}

function soFar(emitted: () => readonly Entry[]): Past {
  const instructions = (): Instructions | undefined => {
    const entry = effective(emitted()).findLast(
      ({ type }) => type === 'instructions-changed' || type === 'thread-pruned',
    )
    if (entry === undefined || isOne(entry, ['instructions-changed'])) return entry?.data
    // What pruning left is the agent's state: it knows what was in force.
    return (entry.data as { readonly state: AgentState }).state.instructions
  }
  const history = (): readonly Entry[] => effective(emitted())
  return {
    definitions: () => instructions()?.tools ?? [],
    system: () => instructions()?.system ?? '',
    files: () => lastSnapshot(history()),
    last(type, key) {
      const entry = history().findLast((one) => isOne(one, [type]) && one.data.key === key)
      return entry !== undefined && isOne(entry, [type]) ? entry : undefined
    },
  }
}

function lastSnapshot(entries: readonly Entry[]): Hash | undefined {
  for (const entry of entries.toReversed()) {
    if (isOne(entry, ['workspace-snapshotted']) && entry.data.id !== undefined) return entry.data.id
    if (entry.type === 'thread-pruned') return (entry.data as { readonly state: AgentState }).state.files?.id
  }
  return undefined
}

/** What rewinds left of entries. */
function effective(entries: readonly Entry[]): readonly Entry[] {
  const at = entries.findLastIndex(({ type }) => type === 'thread-rewound')
  const rewound = entries[at]
  if (rewound === undefined || !isOne(rewound, ['thread-rewound'])) return entries
  const before = entries.slice(0, at).filter(({ sequence }) => sequence <= rewound.data.to)
  return [...effective(before), ...entries.slice(at)]
}

/** Time is what was recorded. Waiting for a provider takes none; looking for signals lasts until one was recorded. */
function replayClock(cursor: ReplayCursor): Clock {
  return {
    now: () => cursor.next()?.time ?? 0,
    async sleep(duration, signal) {
      if (Number.isFinite(duration)) return
      const aborted = Promise.withResolvers<never>()
      const abort = (): void => aborted.reject(new DOMException('The sleep was aborted', 'AbortError'))
      signal?.addEventListener('abort', abort, { once: true })
      await Promise.race([urgentAndLeft(cursor), aborted.promise])
    },
  }
}

/** Resolves once an urgent signal is next and the loop does not take it at a boundary by itself: it is busy. */
async function urgentAndLeft(cursor: ReplayCursor): Promise<void> {
  while (true) {
    const next = await cursor.waitFor(isUrgentSignal)
    const rounds = isTakenAtBoundary(cursor) ? 12 : 3
    for (let round = 0; round < rounds; round += 1) await new Promise((resolve) => setImmediate(resolve))
    if (cursor.next() === next) return
  }
}

function replayProcesses(begun: AgentEntry<'run-started' | 'run-resumed'> | undefined): ProcessTable {
  const recorded = begun?.type === 'run-resumed' ? [...begun.data.processes] : []
  return {
    survivors: async () => recorded.splice(0).map(({ pid, end }) => ({ pid, group: pid, end })),
    end: async (process) => ('end' in process && isEnd(process.end) ? process.end : 'gone'),
  }
}

function isEnd(end: unknown): end is 'ended' | 'gone' | 'survives' {
  return end === 'ended' || end === 'gone' || end === 'survives'
}

function replayContextPolicy(cursor: ReplayCursor): ContextPolicy {
  const policy = async (): Promise<readonly NewEntry[]> => {
    await awaitOthers(cursor)
    const entries: NewEntry[] = []
    for (const { thread, sequence, salt, hash, ...entry } of cursor.upcoming()) {
      if (entry.type !== 'context-compacted') break
      entries.push(entry)
    }
    return entries
  }
  // Whatever window it went by.
  return Object.assign(policy, { assumedWindow: Number.POSITIVE_INFINITY })
}

/** What a taken message names was stored, and its label is in the entry already; what a declined one names was not. Nobody looks at the bytes. */
function replayArtifacts(cursor: ReplayCursor): ArtifactStore {
  return {
    async describe(hash) {
      for (const entry of ahead(cursor)) {
        if (typeof entry.cause !== 'string') return undefined
        if (entry.artifacts?.includes(hash) === true)
          return { hash, size: 0, mediaType: '', label: trustedLabel }
      }
      return undefined
    },
    async *get() {},
    put: async () => refuse(),
    collect: async () => refuse(),
    [Symbol.asyncDispose]: async () => {},
  }
}

function refuse(): never {
  throw new KeepupError('not-supported', 'A replay stores nothing.')
}
