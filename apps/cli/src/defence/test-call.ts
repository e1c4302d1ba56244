import type { Effect, JsonValue, Tool } from '@keepup/core'
import type { Defence, DefendedCall } from '@keepup/mcp-security/defence'
import { toolkit } from '@keepup/toolkit'

/** A call that might be made, and what was said and read before it. */
export interface TestedCall {
  readonly folder: string
  readonly tool: string
  readonly input: JsonValue
  /** What the user said, in order. */
  readonly said: readonly string[]
  /** What others wrote and the agent read. */
  readonly read: readonly string[]
}

/** What would be decided. */
export interface TestedDecision {
  readonly decision: 'allow' | 'ask' | 'deny'
  readonly reasons: readonly string[]
  /** What the call does, as it is judged. */
  readonly deeds: readonly string[]
}

/** Judges a call without running anything. A tool that is not one of keepup's own is judged by what is known of its name. */
export function testCall(defence: Defence, { folder, tool, input, said, read }: TestedCall): TestedDecision {
  let state = defence.initial
  for (const text of said) state = defence.observePrompt(state, text)
  for (const output of read) state = defence.observeResult(state, { tool: 'read', input: {}, output })
  const { type, findings, deeds } = defence.decide(state, {
    tool,
    input,
    facts: factsOf(tool, input, folder),
  })
  return {
    decision: type,
    reasons: findings.map(({ deed, text }) => (deed === undefined ? text : `${deed}: ${text}`)),
    deeds: deeds.map((deed) => deed.tool),
  }
}

function factsOf(name: string, input: JsonValue, folder: string): NonNullable<DefendedCall['facts']> {
  const tool = toolkit({ root: folder, background: false }).find((one) => one.name === name)
  const command =
    typeof input === 'object' && input !== null && 'command' in input ? input['command'] : undefined
  const commands = name === 'shell' && typeof command === 'string' ? [command] : []
  return { tool: name, repeat: tool?.repeat ?? 'once', commands, effects: effectsOf(tool, input) }
}

function effectsOf(tool: Tool | undefined, input: JsonValue): readonly Effect[] {
  try {
    return tool?.effects(input) ?? []
  } catch {
    // An input that does not fit declares nothing that could be believed.
    return [{ kind: 'exec', target: '*' }]
  }
}
