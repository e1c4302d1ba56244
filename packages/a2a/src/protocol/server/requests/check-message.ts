import { type AgentCard, type Message, type Part, Role } from '@a2a-js/sdk'
import {
  ContentTypeNotSupportedError,
  ExtensionSupportRequiredError,
  RequestMalformedError,
} from '@a2a-js/sdk/errors'
import type { ServerCallContext } from '@a2a-js/sdk/server'

/** @limit In characters: ids that clients choose are no longer. */
const longestId = 256

/** Holds a message against the protocol and the card; a refusal says what is wrong with it. */
export function checkMessage(
  message: Message | undefined,
  card: AgentCard,
  { requestedExtensions = [] }: ServerCallContext,
): Message {
  if (message === undefined) throw malformed('message is missing')
  checkId('message.messageId', message.messageId)
  if (message.contextId !== '') checkId('message.contextId', message.contextId)
  if (message.role !== Role.ROLE_USER) throw malformed('message.role must be ROLE_USER')
  if (message.parts.length === 0) throw malformed('message.parts is empty')
  for (const [index, part] of message.parts.entries()) checkPart(part, index, card)
  const required = (card.capabilities?.extensions ?? []).filter((extension) => extension.required)
  const missing = required.filter(({ uri }) => !requestedExtensions.includes(uri))
  if (missing.length > 0) {
    const named = missing.map(({ uri }) => uri).join(', ')
    throw new ExtensionSupportRequiredError(`Declare support for ${named} in A2A-Extensions.`)
  }
  return message
}

function checkPart({ content, mediaType }: Part, index: number, { defaultInputModes }: AgentCard): void {
  if (content === undefined) throw malformed(`message.parts[${index}] has none of text, raw, url, data`)
  if (mediaType === '' || defaultInputModes.length === 0) return
  const plain = mediaType.split(';')[0]?.trim().toLowerCase() ?? ''
  if (defaultInputModes.some((mode) => accepts(mode, plain))) return
  throw new ContentTypeNotSupportedError(
    `message.parts[${index}] is of type ${mediaType.slice(0, 100)}; the agent takes ${defaultInputModes.join(', ')}.`,
  )
}

function accepts(mode: string, mediaType: string): boolean {
  return (
    mode === '*/*' || mode === mediaType || (mode.endsWith('/*') && mediaType.startsWith(mode.slice(0, -1)))
  )
}

function checkId(name: string, id: string): void {
  if (id.trim() === '') throw malformed(`${name} is missing`)
  // eslint-disable-next-line no-control-regex -- control characters are what it refuses
  if (id.length > longestId || /[\u0000-\u001f\u007f]/.test(id))
    throw malformed(`${name} must be at most ${longestId} characters, none of them a control character`)
}

/** A refusal of a request that does not keep to the protocol. */
export function malformed(what: string): Error {
  return new RequestMalformedError(`The request is not valid: ${what}.`)
}
