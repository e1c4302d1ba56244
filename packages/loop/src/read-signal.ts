import type { AgentEntryData, Answer, Sequence, UserMessage } from '@keepup/core'

/** Reads the data of a `message` or `steer` signal; `undefined` where it is none. */
export function readMessage(data: unknown): UserMessage | undefined {
  const message = field(data, 'message')
  if (field(message, 'role') !== 'user') return undefined
  const content = field(message, 'content')
  if (!Array.isArray(content) || content.length === 0 || !content.every(isPart)) return undefined
  return { role: 'user', content }
}

/** Why somebody interrupts or stops a run. */
export function readReason(data: unknown): string {
  const reason = field(data, 'reason')
  return typeof reason === 'string' && reason !== '' ? reason : 'somebody asked for it'
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
    ? { tag, at }
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

function isPart(part: unknown): part is UserMessage['content'][number] {
  if (field(part, 'type') === 'text') return typeof field(part, 'text') === 'string'
  const source = field(part, 'source')
  return (
    field(part, 'type') === 'file' &&
    typeof field(part, 'mediaType') === 'string' &&
    (typeof field(source, 'base64') === 'string' || typeof field(source, 'artifact') === 'string')
  )
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  return Object.getOwnPropertyDescriptor(value, name)?.value
}
