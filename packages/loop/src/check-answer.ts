import {
  type AssistantMessage,
  integrities,
  type Label,
  type ModelEvent,
  type Money,
  type Usage,
} from '@keepup/core'

/**
 * A model's answer as the log can hold it and providers will take it back: parts of known shapes, and calls with ids of their own. Throws a `TypeError`
 * that names what is wrong.
 */
export function checkAnswer(
  end: Extract<ModelEvent, { type: 'finished' }>,
): Extract<ModelEvent, { type: 'finished' }> {
  const content: unknown = end.message.content
  if (!Array.isArray(content)) throw new TypeError('its message has no list of parts')
  for (const part of content) checkPart(part)
  if (end.label !== undefined && !isLabel(end.label))
    throw new TypeError('its message has a label that is none')
  const reason = typeof end.reason === 'string' ? end.reason : 'other'
  return { ...end, reason, message: withUniqueCalls({ role: 'assistant', content }) }
}

function isLabel({ integrity, sources, readers, confidential }: Label): boolean {
  const named = readers === 'anyone' || areTexts(readers)
  return integrities.includes(integrity) && areTexts(sources) && named && typeof confidential === 'boolean'
}

function areTexts(list: unknown): boolean {
  return Array.isArray(list) && list.every((one) => typeof one === 'string')
}

function checkPart(part: unknown): void {
  if (typeof part !== 'object' || part === null || !('type' in part))
    throw new TypeError('a part of its message is no part')
  if (part.type === 'tool-call') return checkCall(part)
  if (part.type !== 'text' && part.type !== 'reasoning')
    throw new TypeError(`a part of its message has the unknown type ${String(part.type)}`)
  if (!('text' in part) || typeof part.text !== 'string')
    throw new TypeError(`a ${part.type} part of its message has no text`)
}

function checkCall(part: object): void {
  const { id, name, input } = part as {
    readonly id?: unknown
    readonly name?: unknown
    readonly input?: unknown
  }
  if (typeof id !== 'string' || typeof name !== 'string')
    throw new TypeError('a call of its message has no id or no name')
  if (JSON.stringify(input) === undefined) throw new TypeError(`its call of ${name} has no input`)
}

/** Providers refuse a history in which two calls of a turn share an id, or one has none. */
function withUniqueCalls(message: AssistantMessage): AssistantMessage {
  const ids = message.content.flatMap((part) => (part.type === 'tool-call' ? part.id : []))
  if (new Set(ids).size === ids.length && !ids.includes('')) return message
  const seen = new Set<string>()
  const content = message.content.map((part, index) => {
    if (part.type !== 'tool-call') return part
    let id = part.id
    while (id === '' || seen.has(id)) id = `${id}#${index}`
    seen.add(id)
    return { ...part, id }
  })
  return { ...message, content }
}

/** Token counts as whole numbers that fit together. What a provider did not count, or counted absurdly, is estimated and marked so. */
export function checkUsage(
  told: Partial<Usage> = {},
  estimate: { readonly input: number; readonly output: number },
): Usage {
  const cached = orNothing(told.cached)
  const cacheWritten = orNothing(told.cacheWritten)
  const reasoning = orNothing(told.reasoning)
  const input = whole(told.input)
  const output = whole(told.output)
  const estimated = told.estimated === true || input === undefined || output === undefined
  return {
    input: Math.max(input ?? estimate.input, cached + cacheWritten),
    cached,
    cacheWritten,
    output: Math.max(output ?? estimate.output, reasoning),
    reasoning,
    ...(estimated ? { estimated } : {}),
  }
}

/** Money that a provider told, in whole nano-dollars; `undefined` where it is no amount. */
export function checkMoney(told: Money | undefined): Money | undefined {
  return whole(told)
}

function whole(number: unknown): number | undefined {
  if (typeof number !== 'number' || !(number >= 0)) return undefined
  const rounded = Math.round(number)
  return Number.isSafeInteger(rounded) ? rounded : undefined
}

function orNothing(number: unknown): number {
  return whole(number) ?? 0
}
