import { type Effect, type Mode, systemClock } from '@keepup/core'
import { judgeCommand, type ProfileName } from '@keepup/shell'

import { commandFacts } from './call-facts.ts'
import { compileRules } from './compile-rules.ts'
import { judgeCall } from './judge-call.ts'
import { placeOf, type PlaceOptions } from './place.ts'
import { commandReader } from './read-command.ts'
import type { RuleDecision, RuleSet } from './rule.ts'

/** What would happen with a command, as texts. */
export interface CommandExplanation {
  readonly decision: RuleDecision
  /** `KIND:TARGET`, such as `delete:/home/ada/project/notes.txt`. */
  readonly effects: readonly string[]
  /** What says so, and where that stands. */
  readonly reasons: readonly string[]
}

/** By what a command is explained: a shipped profile alone, or rules with a mode or without one. */
export type ExplanationBasis =
  | { readonly profile: ProfileName }
  | { readonly rules: readonly RuleSet[]; readonly mode?: Mode; readonly approved?: IsApproved }

/** Whether a person allowed exactly this command, with these effects, for good. An exception counts as no. */
export type IsApproved = (command: string, effects: readonly Effect[]) => boolean

/** Explains commands, one after the other, without running anything. */
export type ExplainCommand = (command: string) => CommandExplanation

/**
 * Makes an explainer for a place. Without a mode the rules alone decide, and what none of them allows asks. The explainer never throws.
 *
 * @throws KeepupError `configuration-invalid`, where the pattern of a rule cannot be read.
 */
export function commandExplainer(
  basis: ExplanationBasis,
  options: PlaceOptions & { readonly tool?: string },
): ExplainCommand {
  const place = placeOf(options)
  if ('profile' in basis) {
    return (command) => asTexts(judgeCommand(command, basis.profile, place.command))
  }
  const { clock = systemClock, tool } = options
  const sets = compileRules(basis.rules, place)
  const reader = commandReader(place, clock)
  const parts = { sets, place, reader, mode: basis.mode }
  return (command) => {
    const facts = commandFacts(command, reader.read, tool)
    return asTexts(
      judgeCall(facts, { ...parts, remembered: isApproved(basis.approved, command, facts.effects) }),
    )
  }
}

function isApproved(approved: IsApproved | undefined, command: string, effects: readonly Effect[]): boolean {
  try {
    return approved?.(command, effects) ?? false
  } catch {
    // What cannot be read allows nothing.
    return false
  }
}

function asTexts({
  decision,
  effects,
  reasons,
}: Pick<ReturnType<typeof judgeCall>, 'decision' | 'effects' | 'reasons'>): CommandExplanation {
  return {
    decision,
    effects: effects.map(({ kind, target }) => `${kind}:${target}`),
    reasons: reasons.map(({ text }) => text),
  }
}
