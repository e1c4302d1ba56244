import type { AgentEntryData, Answer, Sequence, UserMessage } from '@keepup/core'

/** Reads the data of a `message` or `steer` signal; `undefined` where it is none. Providers refuse texts that say nothing, so it does as well. */
export function readMessage(data: unknown): UserMessage | undefined {
  const message = field(data, 'message')
  if (field(message, 'role') !== 'user') return undefined
  const content = field(message, 'content')
  if (!Array.isArray(content) || content.length === 0) return undefined
  const parts = content.flatMap((part) => readPart(part) ?? [])
  return parts.length === content.length ? { role: 'user', content: parts } : undefined
}

/** A reason is repeated in the prompt and in the outcome: it is no place for a document. */
const longestReason = 1_000

/** Why somebody interrupts or stops a run. */
export function readReason(data: unknown): string {
  const reason = field(data, 'reason')
  return typeof reason === 'string' && reason !== ''
    ? reason.slice(0, longestReason)
    : 'somebody asked for it'
}

/** The position to rewind to. */
export function readRewind(data: unknown): Sequence | undefined {
  const to = field(data, 'to')
  return typeof to === 'number' && Number.isSafeInteger(to) && to >= 0 ? to : undefined
}

/** The bookmark to set. */
export function readTag(data: unknown): AgentEntryData['thread-tagged'] | undefined {
  const tag = field(data, 'tag')
  const at = field(data, 'at')
  return typeof tag === 'string' && typeof at === 'number' && Number.isSafeInteger(at)
    ? { tag, at, ...(field(data, 'removed') === true ? { removed: true } : {}) }
    : undefined
}

/** Whether the data of an `answer` signal is one. */
export function isAnswer(data: unknown): data is Omit<Answer, 'by'> {
  const message = field(data, 'message')
  return (
    typeof field(data, 'approval') === 'string' &&
    typeof field(data, 'digest') === 'string' &&
    typeof field(data, 'allow') === 'boolean' &&
    (message === undefined || typeof message === 'string')
  )
}

type Part = UserMessage['content'][number]

/** A part with the fields it is known to have, and no others. */
function readPart(part: unknown): Part | undefined {
  if (field(part, 'type') === 'text') return readText(part)
  return field(part, 'type') === 'file' ? readFile(part) : undefined
}

function readText(part: unknown): Part | undefined {
  const text = field(part, 'text')
  return typeof text === 'string' && text.trim() !== '' ? { type: 'text', text } : undefined
}

function readFile(part: unknown): Part | undefined {
  const mediaType = field(part, 'mediaType')
  const name = field(part, 'name')
  const source = readSource(field(part, 'source'))
  if (typeof mediaType !== 'string' || mediaType === '' || source === undefined) return undefined
  return { type: 'file', mediaType, ...(typeof name === 'string' ? { name } : {}), source }
}

function readSource(source: unknown): Extract<Part, { type: 'file' }>['source'] | undefined {
  const artifact = field(source, 'artifact')
  if (typeof artifact === 'string') return { artifact }
  const base64 = field(source, 'base64')
  return typeof base64 === 'string' && base64 !== '' ? { base64 } : undefined
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  return Object.getOwnPropertyDescriptor(value, name)?.value
}
