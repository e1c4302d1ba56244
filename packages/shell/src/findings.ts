import type { Effect, Reason } from '@keepup/core'

import type { Invocation } from './command-analysis.ts'
import type { Ground } from './ground.ts'

/** What is found while a command is read. One is made for each command; the reading adds to it. */
export interface Findings {
  readonly ground: Ground
  readonly effects: Map<string, Effect>
  readonly invocations: Invocation[]
  /** What cannot be known. */
  readonly doubts: Reason[]
  /** What is known, and is not among the things that may run by themselves. */
  readonly refusals: Reason[]
  /** Effects, by kind and target, of calls that a rule of whole commands permits. */
  readonly permitted: Set<string>
  /** Parts of the tree that were looked at. */
  steps: number
  /** Seconds that `sleep` is told to wait, in all. */
  slept: number
}

/** Nothing found yet. */
export function startFindings(ground: Ground): Findings {
  return {
    ground,
    effects: new Map(),
    invocations: [],
    doubts: [],
    refusals: [],
    permitted: new Set(),
    steps: 0,
    slept: 0,
  }
}

/** Adds an effect, once. */
export function addEffect(found: Findings, kind: Effect['kind'], target: string): void {
  const key = `${kind}:${target}`
  if (!found.effects.has(key)) found.effects.set(key, { kind, target })
}

/** Adds a reason to ask because something cannot be known. */
export function doubt(found: Findings, rule: string, text: string): void {
  add(found.doubts, rule, text)
}

/** Adds a reason to ask because something is not among what may run by itself. */
export function refuse(found: Findings, rule: string, text: string): void {
  add(found.refusals, rule, text)
}

function add(reasons: Reason[], rule: string, text: string): void {
  if (reasons.length < 200 && !reasons.some((known) => known.rule === rule && known.text === text))
    reasons.push({ rule, text })
}
