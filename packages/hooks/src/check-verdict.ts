import { canonicalJson, type Decision, type HookVerdict, type Reason } from '@keepup/core'

import { boundTexts, showText } from './hook-text.ts'

/**
 * A verdict as it may be used: of the right shape, its words bounded and made visible. Throws where it is none: a hook written in JavaScript may
 * return anything.
 */
export function checkVerdict(value: unknown): HookVerdict {
  if (value === undefined || value === null) return {}
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new TypeError(`It returned ${Array.isArray(value) ? 'an array' : `a ${typeof value}`}, no verdict.`)
  }
  // The parts are looked at one by one; what they hold is the hook's own.
  const { decision, input, output, ...words } = value as HookVerdict
  // Throws on what JSON cannot hold.
  if (input !== undefined) canonicalJson(input)
  if (output !== undefined && !Array.isArray(output.content))
    throw new TypeError('Its output has no content.')
  return {
    ...(decision === undefined ? {} : { decision: checkDecision(decision) }),
    ...(input === undefined ? {} : { input }),
    ...(output === undefined ? {} : { output }),
    ...checkWords(words),
  }
}

function checkWords({
  context,
  stop,
  messages,
  ...rest
}: Omit<HookVerdict, 'decision' | 'input' | 'output'>): HookVerdict {
  const [unknown] = Object.keys(rest)
  if (unknown !== undefined) throw new TypeError(`Its verdict has "${unknown}", which nobody knows.`)
  return {
    ...(context === undefined ? {} : { context: boundTexts(texts('context', context)) }),
    ...(stop === undefined ? {} : { stop: showText(text('stop', stop)) }),
    ...(messages === undefined ? {} : { messages: texts('messages', messages).map(showText) }),
  }
}

function checkDecision(decision: Decision): Decision {
  const { type } = decision
  if (type === 'allow') return { type }
  if (type === 'deny') return { type, reason: showText(text('decision.reason', decision.reason)) }
  // Types promise that there is no fourth; programs without types do not.
  if (type !== 'ask')
    throw new TypeError(`Its decision is ${JSON.stringify(type)}, none of allow, deny and ask.`)
  const { question, reasons, firm } = decision
  return {
    type,
    question: showText(text('decision.question', question)),
    reasons: Array.isArray(reasons) ? reasons.map(showReason) : [],
    ...(firm === true ? { firm } : {}),
  }
}

function showReason({ rule, text: said }: Reason): Reason {
  return { rule: showText(text('decision.reasons', rule)), text: showText(text('decision.reasons', said)) }
}

function text(name: string, value: unknown): string {
  if (typeof value === 'string') return value
  throw new TypeError(`Its ${name} is no text.`)
}

function texts(name: string, value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.map((item) => text(name, item))
  throw new TypeError(`Its ${name} is no list of texts.`)
}
