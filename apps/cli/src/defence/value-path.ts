import type { Entry, JsonPointer, Sequence } from '@keepup/core'
import type { DefendedCall, Evidence, Finding, ThreadDefence } from '@keepup/mcp-security/defence'

import { usageError } from '../error-report.ts'
import { stoodForCall } from '../stood-for-call.ts'
import { auditCalls, type AuditedCall } from './audit-calls.ts'
import type { OpenedDefence } from './open-defence.ts'
import { valueAt } from './value-at.ts'

/** A place that a value stood in before it was an argument. */
export interface ValueSource {
  readonly origin: Evidence['origin']
  /** The entry of the thread that holds it. */
  readonly entry?: Sequence
  /** Where in the tool's result. */
  readonly pointer?: JsonPointer
  /** The tool that brought it. */
  readonly source?: string
  readonly integrity?: string
  /** What stands there. */
  readonly said?: string
}

/** The way of a value from where it stood to what it decides. */
export interface ValuePath {
  readonly call: string
  readonly tool: string
  readonly argument: JsonPointer
  readonly value: unknown
  /** Strongest first; empty where nobody said it. */
  readonly sources: readonly ValueSource[]
  /** The entry in which the model wrote it. */
  readonly asked: Sequence
  readonly decision: AuditedCall['decision']
  /** What speaks against the call by the policy that holds here now. */
  readonly findings: readonly Pick<Finding, 'rule' | 'deed' | 'text'>[]
  readonly policy: string
}

/** Finds the call of a thread that is meant, by its id, by its entry, or as `last`. Fails `input-invalid` where there is none. */
export function findCall(entries: readonly Entry[], wanted: string): AuditedCall {
  const calls = auditCalls(entries)
  const call =
    wanted === 'last'
      ? calls.at(-1)
      : calls.find(({ call: id, asked }) => id === wanted || String(asked) === wanted)
  if (call !== undefined) return call
  throw usageError(`the thread has no call ${wanted}`, 'take an id that keepup audit shows, or: last')
}

/** Follows an argument of a call back over the entries of its thread. Fails `input-invalid` where the call has no such argument. */
export function followValue(
  { defence, guard }: OpenedDefence,
  entries: readonly Entry[],
  call: AuditedCall,
  argument: JsonPointer,
): ValuePath {
  const asked = stoodForCall(call.tool, call.input)
  const value = valueAt(asked.input, argument)
  if (value === undefined) {
    throw usageError(
      `${call.tool} was called without ${argument}`,
      `its input is ${JSON.stringify(asked.input)}`,
    )
  }
  const { seen } = stateBefore(guard, entries, call)
  const defended: DefendedCall = { ...asked, facts: factsOf(call) }
  const evidence = defence.evidence(seen, defended, argument)
  const { findings } = defence.decide(seen, defended)
  return {
    call: call.call,
    tool: asked.tool,
    argument,
    value,
    sources: evidence.map(sourceOf),
    asked: call.asked,
    decision: call.decision,
    findings: findings.map(({ rule, deed, text }) => ({
      rule,
      ...(deed === undefined ? {} : { deed }),
      text,
    })),
    policy: defence.policy.name,
  }
}

/** What the defence knew when it decided about a call. */
function stateBefore(
  guard: OpenedDefence['guard'],
  entries: readonly Entry[],
  { decided = Number.POSITIVE_INFINITY }: AuditedCall,
): ThreadDefence {
  let state = guard.fold.initial
  for (const entry of entries) {
    if (entry.sequence >= decided) break
    state = entry.type === 'thread-pruned' ? guard.rebase(entry) : guard.fold.apply(state, entry)
  }
  return state
}

function factsOf({ tool, input, effects }: AuditedCall): NonNullable<DefendedCall['facts']> {
  const command = tool === 'shell' ? valueAt(input, '/command') : undefined
  return {
    tool,
    repeat: 'once',
    commands: typeof command === 'string' ? [command] : [],
    effects: effects.map((text) => {
      const [kind = '', ...target] = text.split(':')
      return { kind: kind as 'exec', target: target.join(':') } // as it was recorded
    }),
  }
}

function sourceOf({ origin, leaf, entry = leaf?.entry }: Evidence): ValueSource {
  const at = entry === undefined ? {} : { entry }
  if (leaf === undefined) return { origin, ...at }
  const { pointer, source, integrity, value } = leaf
  return { origin, ...at, pointer, source, integrity, said: String(value).slice(0, 400) }
}
