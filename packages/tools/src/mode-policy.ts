import type { Effect, Policy } from '@keepup/core'

const changing: readonly Effect['kind'][] = ['write', 'delete', 'input']

/**
 * What a mode allows by itself, told from declared effects alone: `yolo` allows everything. Every other mode allows only calls that are `safe` to
 * repeat and declare no effect that changes something; `plan` denies the rest, the others ask. Pure; the coordinator always asks it first.
 * `@keepup/permissions` has the policy that knows rules, paths and shell commands.
 */
export const modePolicy: Policy = ({ mode, repeat, effects, tool }) => {
  if (mode === 'yolo') return { type: 'allow' }
  if (repeat === 'safe' && !effects.some(({ kind }) => changing.includes(kind))) return { type: 'allow' }
  const why = `Mode "${mode}" only allows calls that change nothing by themselves, and "${tool.name}" may change something.`
  if (mode === 'plan') return { type: 'deny', reason: `${why} Plan instead, and say what you would do.` }
  return {
    type: 'ask',
    question: `May "${tool.name}" be run?`,
    reasons: [{ rule: `mode ${mode}`, text: why }],
  }
}
