import type { Effect, Reason } from '@keepup/core'

import { everything, failure, sorted } from './analyse-command.ts'
import type { Call, Reading } from './call.ts'
import { type CommandPattern, commandPattern, firstWords, matchesWords } from './command-pattern.ts'
import type { CommandPlace } from './command-place.ts'
import { developerPatterns } from './data/developer-patterns.ts'
import { readOnlyPrograms } from './data/read-only-programs.ts'
import { readWhole } from './read-command.ts'

/** The shipped profiles: what may run by itself where nobody is asked. */
export type ProfileName = 'read-only' | 'developer'

/** Whether a command may run by itself. */
export interface CommandJudgement {
  readonly decision: 'allow' | 'ask'
  readonly effects: readonly Effect[]
  /** Every place that says no; empty where it may run. */
  readonly reasons: readonly Reason[]
}

type PatternsByProgram = ReadonlyMap<string, readonly CommandPattern[]>

const none: PatternsByProgram = new Map()
let developer: PatternsByProgram | undefined

/** The patterns of a profile, by the programs that they may begin with; read once, when first asked for. */
function patternsOf(profile: ProfileName): PatternsByProgram {
  if (profile === 'read-only') return none
  developer ??= byProgram(developerPatterns.map(commandPattern))
  return developer
}

function byProgram(all: readonly CommandPattern[]): PatternsByProgram {
  const programs = new Set(all.flatMap(({ items }) => firstWords(items)))
  return new Map(
    [...programs].map((name) => [name, all.filter(({ items }) => firstWords(items).includes(name))]),
  )
}

/**
 * Whether a command may run by itself under a shipped profile. `read-only`: programs and options that are known to print and to change nothing, on
 * files of the workspace that have no secret name. `developer`: the same, and the project's own builds, tests and checks as whole commands. What is
 * not known to be safe asks. Never throws.
 */
export function judgeCommand(command: string, profile: ProfileName, place: CommandPlace): CommandJudgement {
  try {
    const rules = patternsOf(profile)
    const permits = (call: Call, reading: Reading): boolean => {
      const words = [call.program, ...call.words]
      const own = rules.get(call.program ?? '') ?? []
      return own.some((pattern) => matchesWords(words, pattern, reading.ground, call.state.folders))
    }
    const reading = readWhole(command, place, permits)
    const reasons = [...reading.doubts, ...reading.refusals, ...forbidden(reading)]
    return {
      decision: reasons.length === 0 ? 'allow' : 'ask',
      effects: sorted(reading.effects.values()),
      reasons,
    }
  } catch (error) {
    return { decision: 'ask', effects: everything, reasons: [failure(error)] }
  }
}

/** The last net: whatever the tables say, nothing that changes, sends or runs more than the profile goes by itself. */
function forbidden(reading: Reading): readonly Reason[] {
  const reasons: Reason[] = []
  for (const [key, { kind, target }] of reading.effects) {
    if (reading.permitted.has(key)) continue
    const known = kind === 'read' ? target !== '*' : kind === 'exec' ? readOnlyPrograms.has(target) : false
    if (!known)
      reasons.push({ rule: 'effect', text: `${kind}:${target} is not among what may run by itself` })
  }
  return reasons
}
