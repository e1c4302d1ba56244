import { createHash } from 'node:crypto'

import type { OpenThread } from '@keepup/checkpoint'
import {
  type Actor,
  type CallKey,
  canonicalJson,
  type Clock,
  type Hash,
  KeepupError,
  type NewId,
  type SignalId,
  type Workspace,
} from '@keepup/core'

import type { Sop, SopPhase, SopWork } from '../definition/sop.ts'
import type { Journal } from './journal.ts'
import type { LiveSopEvent } from './sop-event.ts'
import type { SopParts } from './sop-parts.ts'
import type { SopState } from './sop-state.ts'

type Unplaced<Event> = Event extends LiveSopEvent ? Omit<Event, 'after' | 'live' | 'thread'> : never

/** One process at work on one procedure: what the steps of a run share. */
export interface Session {
  readonly parts: SopParts
  readonly thread: OpenThread<SopState>
  readonly journal: Journal
  readonly clock: Clock
  readonly newId: NewId
  /** Aborted on an interrupt and on a lost lease. */
  readonly signal: AbortSignal
  readonly show: (event: Unplaced<LiveSopEvent>) => void
  /** What was asked for by a signal, and what it aborts. */
  readonly control: {
    readonly abort: AbortController
    asked?: { readonly id: SignalId; readonly by: Actor; readonly reason: string }
  }
  /** Signals that staged entries account for. */
  readonly taken: Set<SignalId>
  /** That of a branch which works in a tree of its own; `parts` are those of the tree then. */
  readonly tree?: Workspace
  /** The sessions of branches with trees of their own, by the folder of the tree. */
  readonly trees: Map<string, Session>
  /** Edits are looked at one at a time. */
  readonly alone: <T>(body: () => Promise<T>) => Promise<T>
}

/** What an agent works on: the present phase, or one of its branches. */
export interface Place {
  readonly phase: string
  /** Empty where the phase has none. */
  readonly branch: string
  readonly work: SopWork
}

/** The procedure of a session. */
export function sopOf({ journal, thread }: Session): Sop {
  const { sop } = journal.state
  if (sop !== undefined) return sop
  throw new KeepupError('thread-unknown', `No procedure has begun in thread ${thread.thread}. Start one.`)
}

/** The phase in which it stands. */
export function phaseOf(session: Session): SopPhase {
  return sopOf(session).phases[session.journal.state.machine.phase] ?? {}
}

/** `PHASE` or `PHASE.BRANCH`, as it stands before the name of a gate. */
export function scopeOf({ phase, branch }: Pick<Place, 'branch' | 'phase'>): string {
  return branch === '' ? phase : `${phase}.${branch}`
}

/** Names something of the thread for ever. */
export function keyOf({ thread }: Pick<Session, 'thread'>, ...parts: readonly (number | string)[]): CallKey {
  return digestOf([thread.thread, ...parts])
}

/** H(a JSON value). */
export function digestOf(value: unknown): Hash {
  return createHash('sha256').update(canonicalJson(value)).digest('hex')
}

/** Runs bodies one after the other, in the order of the calls. */
export function oneAtATime(): Session['alone'] {
  let last: Promise<unknown> = Promise.resolve()
  return (body) => {
    const running = last.then(body, body)
    last = running.catch(() => {})
    return running
  }
}
