import type { Message } from '@keepup/core'

import { usageError } from '../error-report.ts'

/** Reads an edited conversation: the messages that `keepup show --json` prints. Fails `input-invalid`, naming the place, where models would refuse it. */
export function readMessages(text: string): readonly Message[] {
  const messages = parse(text)
  if (!Array.isArray(messages)) throw invalid('it is no list of messages')
  for (const [index, message] of messages.entries()) {
    const why = complaint(message)
    if (why !== undefined) throw invalid(`message ${index + 1} ${why}`)
  }
  // Checked above, part by part.
  const checked = messages as readonly Message[]
  for (const [index, message] of checked.entries())
    checkCalls(checked[index - 1], message, checked[index + 1], index + 1)
  return checked
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw invalid(`it is no JSON (${error instanceof Error ? error.message : String(error)})`)
  }
}

const parts: Readonly<Record<string, readonly string[]>> = {
  user: ['text', 'file'],
  assistant: ['text', 'reasoning', 'tool-call'],
  tool: ['tool-result'],
}

function complaint(message: unknown): string | undefined {
  const [role, content] = [field(message, 'role'), field(message, 'content')]
  const allowed = typeof role === 'string' && Object.hasOwn(parts, role) ? parts[role] : undefined
  if (allowed === undefined) return 'has no role that is user, assistant or tool'
  if (!Array.isArray(content) || content.length === 0) return 'has no content'
  const wrong = content.findIndex((part) => !allowed.includes(String(field(part, 'type'))) || !isPart(part))
  return wrong === -1 ? undefined : `has a part ${wrong + 1} that is no whole ${allowed.join(', ')}`
}

const checks: Readonly<Record<string, (part: unknown) => boolean>> = {
  text: (part) => isText(part, 'text') && String(field(part, 'text')).trim() !== '',
  reasoning: (part) => isText(part, 'text'),
  file: (part) => isText(part, 'mediaType') && typeof field(part, 'source') === 'object',
  'tool-call': (part) => isText(part, 'id') && isText(part, 'name') && field(part, 'input') !== undefined,
  'tool-result': (part) => {
    const content = field(part, 'content')
    const isContent =
      Array.isArray(content) && content.every((one) => field(one, 'type') === 'file' || isText(one, 'text'))
    return (
      isText(part, 'id') && isText(part, 'name') && typeof field(part, 'error') === 'boolean' && isContent
    )
  },
}

function isPart(part: unknown): boolean {
  return checks[String(field(part, 'type'))]?.(part) === true
}

/** Each call is followed by its result, in order, and each result follows its call. */
function checkCalls(
  before: Message | undefined,
  message: Message,
  after: Message | undefined,
  place: number,
): void {
  if (message.role === 'tool' && before?.role !== 'assistant')
    throw invalid(`message ${place} has results without calls`)
  if (message.role !== 'assistant') return
  const calls = message.content.flatMap((part) => (part.type === 'tool-call' ? [part.id] : []))
  const results = after?.role === 'tool' ? after.content.map(({ id }) => id) : []
  if (calls.join('\n') !== results.join('\n'))
    throw invalid(`the calls of message ${place} are not followed by their results, in their order`)
}

function isText(value: unknown, name: string): boolean {
  return typeof field(value, name) === 'string'
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  return Object.getOwnPropertyDescriptor(value, name)?.value
}

function invalid(what: string): Error {
  return usageError(
    `the edited conversation cannot be used: ${what}`,
    'keep the form of the messages that keepup show --json prints',
  )
}
