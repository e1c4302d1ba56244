import { randomUUID } from 'node:crypto'

import {
  type ArtifactHash,
  type JsonValue,
  KeepupError,
  systemClock,
  type ThreadId,
  type Tool,
} from '@keepup/core'

import { type CallLane, createCallLane } from './call-lane.ts'
import type { CallReport } from './client-call.ts'
import { clientThreadPrefix, type ServeParts } from './serve-parts.ts'

/** @limit How many calls of one client that change nothing are made at once. */
const mostLanes = 8
/** @limit How many calls of one client may wait or be under way; a further one is refused. */
const mostOpen = 256
/** @limit How many calls one thread records; what follows is recorded in the next. */
const mostCalls = 1_000

/** One client's conversation: its calls, in the order in which they may be made, each recorded. */
export interface ClientSession extends AsyncDisposable {
  /** Where its calls are recorded; those that overlap, and those after the thousandth, in threads named after it. */
  readonly thread: ThreadId
  /** How many of its calls are not over. */
  readonly open: number
  /** Artifacts that its outcomes named: it may read them. */
  readonly artifacts: ReadonlySet<ArtifactHash>
  /** Makes a call. Rejects `tool-failed` where too many are open, and where nothing could be recorded. */
  call(name: string, input: JsonValue, watch: CallWatch): Promise<CallReport>
}

/** Who waits for a call. */
export interface CallWatch {
  /** Cancels it. */
  readonly signal: AbortSignal
  readonly progress: (text: string) => void
}

/** Begins a conversation. Nothing is written before its first call. Disposing of it interrupts its calls. */
export function openClientSession(parts: ServeParts): ClientSession {
  const thread = `${clientThreadPrefix}${(parts.newId ?? randomUUID)()}`
  const lanes = openLanes(thread, parts)
  const artifacts = new Set<ArtifactHash>()
  let calls = 0
  return {
    thread,
    get open() {
      return lanes.open
    },
    artifacts,
    async call(name, input, { signal, ...watch }) {
      if (lanes.open >= mostOpen) {
        const message = `${mostOpen} calls are open already. Nothing was done: wait for some to end, then ask again.`
        throw new KeepupError('tool-failed', message)
      }
      calls += 1
      const report = await lanes.choose(name).call({ id: `call-${calls}`, name, input, signal, ...watch })
      for (const hash of report.artifacts) artifacts.add(hash)
      return report
    },
    [Symbol.asyncDispose]: () => lanes.end(),
  }
}

const leaving = new KeepupError('interrupted', 'The client is gone, or the server ends.')

interface Lanes {
  readonly open: number
  /** What changes something waits for the last that did; anything else goes wherever nothing is under way. */
  choose(tool: string): CallLane
  end(): Promise<void>
}

function openLanes(thread: ThreadId, { agent, tools, clock = systemClock }: ServeParts): Lanes {
  const shared = new Set(tools.filter(isShared).map(({ name }) => name))
  const lanes: CallLane[] = []
  const retired: Promise<void>[] = []
  let threads = 0

  function laneAt(place: number): CallLane {
    const old = lanes[place]
    if (old !== undefined && (old.taken < mostCalls || old.open > 0)) return old
    if (old !== undefined) retired.push(old.end(leaving))
    threads += 1
    const name = threads === 1 ? thread : `${thread}.${threads}`
    const lane = createCallLane({ thread: name, agent, clock })
    lanes[place] = lane
    return lane
  }
  return {
    get open() {
      return lanes.reduce((sum, lane) => sum + lane.open, 0)
    },
    choose(tool) {
      const first = laneAt(0)
      if (first.open === 0 || !shared.has(tool)) return first
      const free = lanes.findIndex((lane, place) => place > 0 && lane.open === 0)
      if (free > 0) return laneAt(free)
      if (lanes.length < mostLanes) return laneAt(lanes.length)
      const [, ...others] = lanes
      return others.reduce((least, lane) => (lane.open < least.open ? lane : least), others[0] ?? first)
    },
    async end() {
      await Promise.all([...lanes.map((lane) => lane.end(leaving)), ...retired])
    },
  }
}

function isShared({ concurrency, repeat }: Tool): boolean {
  return (concurrency ?? (repeat === 'safe' ? 'shared' : 'exclusive')) === 'shared'
}
