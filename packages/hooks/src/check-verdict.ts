import type { Decision, HookVerdict, Reason } from '@keepup/core'

import { boundText, showText } from './hook-text.ts'

/**
 * A verdict as it may be used: of the right shape, its words bounded and made visible. Throws where it is none: a hook written in JavaScript may
 * return anything.
 */
export function checkVerdict(value: unknown): HookVerdict {
  if (value === undefined || value === null) return {}
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new TypeError(`It returned ${Array.isArray(value) ? 'an array' : `a ${typeof value}`}, no verdict.`)
  }
  // The parts are looked at one by one below; what they hold is the hook's own.
  const { decision, context, stop, messages, ...rest } = value as HookVerdict
  return {
    ...rest,
    ...(decision === undefined ? {} : { decision: checkDecision(decision) }),
    ...(context === undefined ? {} : { context: texts('context', context).map(boundText) }),
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
