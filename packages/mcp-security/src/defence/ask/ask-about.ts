import type { Reason } from '@keepup/core'

import type { Evidence } from '../decide/evidence.ts'
import { quoteAround, shownValue } from '../decide/shown-value.ts'
import type { Defence, DefendedCall, Verdict } from '../defence.ts'
import { argumentLeaves } from '../observe/argument-leaves.ts'
import type { DefenceState } from '../observe/defence-state.ts'
import { origins } from '../rules/origin.ts'

/** @limit Arguments: those of a call with more are counted. */
const mostShown = 20

/** One question to a person about one call. */
export interface CallQuestion {
  /** The call, where each argument came from, what is unusual, and what an answer is worth, in lines. */
  readonly question: string
  readonly reasons: readonly Reason[]
}

/** Puts a verdict into words. Nothing that others wrote stands outside of quotes. */
export function askAbout(
  guard: Defence,
  state: DefenceState,
  call: DefendedCall,
  { findings }: Verdict,
): CallQuestion {
  const leaves = argumentLeaves(call.input)
  const lines = leaves.slice(0, mostShown).map(({ pointer, value }) => {
    const from = whence(
      guard.evidence(state, call, pointer),
      typeof value === 'string' ? value : JSON.stringify(value),
    )
    return `  ${pointer.slice(1) || 'input'} = ${shownValue(value)} (${from})`
  })
  const more = leaves.length > mostShown ? [`  and ${leaves.length - mostShown} more`] : []
  const unusual = findings.map(({ deed, text, value, evidence = [] }) => {
    const about = deed === undefined ? '' : `${deed}: `
    return `${about}${text}${proof(evidence, value ?? '')}`
  })
  return {
    question: [
      `May ${call.tool} run?`,
      ...lines,
      ...more,
      'Unusual:',
      ...unusual.map((text) => `  - ${text}`),
      'A yes holds for this one call as it is shown.',
    ].join('\n'),
    reasons: findings.map(({ rule }, index) => ({ rule: `defence ${rule}`, text: unusual[index] ?? '' })),
  }
}

const words: Readonly<Record<(typeof origins)[number], string>> = {
  prompt: 'you said it',
  owner: 'it is yours',
  configured: 'the operator allows it',
  own: 'the agent made it',
  trusted: 'the service vouches for it',
  'structured-directed': 'a typed field that others can set',
  designated: 'the only one in the source that you named',
  ranked: 'the one of a list that you described',
  listed: 'one of a list of the service',
  structured: 'a typed field that others can set',
  'free-text': 'others wrote it',
  unknown: 'nobody said it: the model made it up, or worked it out',
}

function whence(evidence: readonly Evidence[], value: string): string {
  const best = bestOf(evidence)
  if (best === undefined) return words.unknown
  const { origin, leaf } = best
  if (leaf === undefined) return words[origin]
  return `${words[origin]}: ${leaf.source}${leaf.pointer} ${quoteAround(String(leaf.value), value)}`
}

function proof(evidence: readonly Evidence[], value: string): string {
  const leaf = bestOf(evidence)?.leaf
  return leaf === undefined ? '' : `; ${leaf.source} says ${quoteAround(String(leaf.value), value)}`
}

function bestOf(evidence: readonly Evidence[]): Evidence | undefined {
  return evidence.toSorted((a, b) => origins.indexOf(a.origin) - origins.indexOf(b.origin))[0]
}
