import { type Decision, type GuardedCall, type Policy, type Reason, systemClock } from '@keepup/core'

import { callFacts } from './call-facts.ts'
import { compileRules } from './compile-rules.ts'
import { judgeCall, type Judgement } from './judge-call.ts'
import { placeOf, type PlaceOptions } from './place.ts'
import { commandReader } from './read-command.ts'
import type { RuleSet } from './rule.ts'

/** What calls were allowed for good. */
export interface Remembered {
  /** Whether a person has allowed exactly this. Pure but for reading what is stored; an exception counts as no. */
  allows(call: GuardedCall): boolean
}

/** What a policy is made from. */
export interface PermissionPolicyOptions extends PlaceOptions {
  /** Rules of the person and of the project. */
  readonly rules?: readonly RuleSet[]
  /** What was allowed for good; nothing when left out. */
  readonly remembered?: Remembered
}

/**
 * The policy of the modes and of a person's rules, for the option `modePolicy` of the coordinator. It looks at what a call would run and touch: at the
 * declared effects, and for a tool with a `command` sink at the shell command itself.
 *
 * `plan` lets run what only reads; everything else is denied. `ask` lets the same run and asks about the rest. `auto-edit` also lets file tools change
 * the workspace, but not files that programs take orders from or that hold secrets. `auto` also lets commands of the profile `developer` run. `yolo`
 * lets run what no rule denies; where a rule denies something and a command hides what it does, it asks. Rules come on top: deny beats ask
 * beats allow, and in `plan` no rule allows.
 *
 * @throws KeepupError `configuration-invalid`, where the pattern of a rule cannot be read.
 */
export function permissionPolicy(options: PermissionPolicyOptions): Policy {
  const { rules = [], remembered, clock = systemClock } = options
  const place = placeOf(options)
  const sets = compileRules(rules, place)
  const inWorkspace = commandReader(place, clock)
  return function permissions(call) {
    const { folder } = call
    const reader = folder === undefined ? inWorkspace : commandReader(place, clock, folder)
    const facts = callFacts(call, place, reader.read)
    const judgement = judgeCall(facts, {
      sets,
      place,
      reader,
      mode: call.mode,
      remembered: isRemembered(remembered, call),
    })
    return decisionOf(judgement, call)
  }
}

function isRemembered(remembered: Remembered | undefined, call: GuardedCall): boolean {
  try {
    return remembered?.allows(call) ?? false
  } catch {
    // What cannot be read allows nothing.
    return false
  }
}

function decisionOf({ decision, reasons }: Judgement, { tool, mode }: GuardedCall): Decision {
  if (decision === 'allow') return { type: 'allow' }
  if (decision === 'ask') return { type: 'ask', question: `May "${tool.name}" be run?`, reasons }
  return { type: 'deny', reason: denial(reasons, tool.name, mode) }
}

function denial(reasons: readonly Reason[], tool: string, mode: GuardedCall['mode']): string {
  const why = reasons.map(({ text }) => text).join('; ')
  if (mode !== 'plan') return `"${tool}" is denied: ${why}.`
  return `Mode "plan" only lets what reads run: ${why}. Plan instead, and say what you would do.`
}
