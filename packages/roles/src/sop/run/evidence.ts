import type { Hash, JsonObject, Milliseconds } from '@keepup/core'

import type { SimpleGate } from '../definition/gate.ts'
import type { Finding } from '../findings/finding.ts'

/** When a gate was looked at. */
export type GateMoment = 'entry' | 'exit' | 'edit' | 'baseline'

/** What the runtime found out about one gate. */
export interface Evidence {
  /** `PHASE/GATE`, with the branch after the phase where there is one: `review.security/tests`. */
  readonly gate: string
  readonly kind: SimpleGate['kind']
  readonly moment: GateMoment
  /** `unknown`: it could not be told, which lets nothing pass. */
  readonly outcome: 'passed' | 'failed' | 'unknown'
  /** One line for people and for the agent. */
  readonly reason: string
  /** The files that it saw: a result holds for these alone. */
  readonly tree: Hash
  readonly command?: CommandEvidence
  /** At most 50 of those that count. */
  readonly findings?: readonly Finding[]
  /** How many there were. */
  readonly found?: number
  /** What a judge gave, from 0 to 1, and the thread in which it judged. */
  readonly score?: number
  readonly thread?: string
  /** Who answered. */
  readonly by?: string
  /** What tells two reasons apart, over attempts. */
  readonly fingerprint: string
  readonly took: Milliseconds
}

/** What a command came to. */
export interface CommandEvidence {
  /** As it was run. */
  readonly run: readonly string[]
  readonly exit: number | null
  readonly signal?: string
  /** SHA-256 of what was seen of its output. */
  readonly output: Hash
  /** The end of it, at most 4,000 characters. */
  readonly tail: string
}

/** What an agent handed over when it asked to go on. */
export interface TransitionRequest {
  readonly outcome: 'done' | 'needs-input'
  readonly summary: string
  readonly artifacts: JsonObject
}
