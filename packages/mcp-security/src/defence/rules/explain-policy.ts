import type { DefencePolicy } from './defence-policy.ts'

/** A policy in sentences, one a line, for the person who answers for it. */
export function explainPolicy(policy: DefencePolicy): string {
  const { name, onFinding, cleanContext, content, effects, confidential, tools = {} } = policy
  if (onFinding === 'allow') return `The policy "${name}" decides nothing: every call is allowed.`
  const outcome = { warn: 'is allowed and reported', ask: 'asks a person', deny: 'is denied' }[onFinding]
  return [
    `By the policy "${name}", a call that one of these rules finds something in ${outcome}.`,
    'Reading is free, but of files outside of the workspace.',
    'Changing the workspace is free, but for deletions and for what programs take orders from.',
    ...(cleanContext === 'allow'
      ? ['As long as nothing that others wrote was read, every call is free.']
      : []),
    ...authorityLines(policy),
    ...contentLines(content),
    ...(effects === 'granted' ? ['Your words must ask for what a tool does.'] : []),
    ...confidentialLines(confidential),
    ...amountLines(policy),
    ...(policy.programs === 'confined'
      ? [
          "The project's programs run by themselves only in a sandbox, once something that others wrote was read.",
        ]
      : []),
    ...egressLines(policy),
    ...Object.entries(tools).map(([tool, decision]) => `The tool ${tool}: ${decision}.`),
  ].join('\n')
}

function authorityLines({ authority }: DefencePolicy): readonly string[] {
  const { default: accepted, kinds = {}, irreversible } = authority
  const final = 'Where a call takes something away, or its tool is not known, of these only'
  return [
    `Whom, what and where must come from: ${accepted.join(', ')}.`,
    ...Object.entries(kinds).map(([kind, from]) => `For a ${kind}, only from: ${from.join(', ')}.`),
    ...(irreversible === undefined ? [] : [`${final}: ${irreversible.join(', ')}.`]),
  ]
}

function amountLines({ amounts }: DefencePolicy): readonly string[] {
  return amounts === undefined
    ? []
    : [`An amount above ${amounts.cap} must come from: ${amounts.origins.join(', ')}.`]
}

function egressLines({ egress: { allow = [], deny = [] } = {} }: DefencePolicy): readonly string[] {
  return [
    ...(allow.length === 0 ? [] : [`These hosts may be reached: ${allow.join(', ')}.`]),
    ...(deny.length === 0 ? [] : [`These hosts are denied, whoever asks: ${deny.join(', ')}.`]),
  ]
}

function contentLines({ tokens, quotations, titles }: DefencePolicy['content']): readonly string[] {
  const where = quotations === 'outward' ? ' where it can reach somebody else' : ''
  return [
    ...(tokens === 'any'
      ? []
      : [`Links, addresses, accounts and telephone numbers in a text must come from: ${tokens.join(', ')}.`]),
    ...(quotations === 'none'
      ? []
      : [`No text may repeat four words in a row that others wrote and you did not${where}.`]),
    ...(titles ? ['No short text may stand whole in what others wrote, unless you said it.'] : []),
  ]
}

function confidentialLines(confidential: DefencePolicy['confidential']): readonly string[] {
  if (confidential === 'any') return []
  const when =
    confidential === 'strayed'
      ? 'a call that your words did not direct has read something confidential'
      : 'both something confidential and something that others wrote was read'
  return [`Nothing leaves by itself once ${when}.`]
}
