import type { Message, MessageList, ToolDefinition, UserMessage } from '@keepup/core'

import { contentSize, type CountTokens, estimateTokens } from './estimate-tokens.ts'
import { findRequest } from './find-request.ts'
import { readLedgerMessage } from './ledger-text.ts'
import { isRemoved } from './mask-results.ts'
import { isGuidanceWords, isRuntimeWords } from './runtime-words.ts'

/** The sections of a prompt, as far as a policy tells them apart. */
export const sectionNames = [
  'system',
  'tools',
  'guidance',
  'ledger',
  'request',
  'earlier words',
  'runtime',
  'agent',
  'calls',
  'results',
  'removed results',
] as const

/** One of {@link sectionNames}. */
export type SectionName = (typeof sectionNames)[number]

/** What a section takes. */
export interface ContextSection {
  readonly name: SectionName
  /** How many messages, calls, results or tools it holds. */
  readonly items: number
  /** In tokens. */
  readonly tokens: number
}

/** What a prompt is made of. */
export interface ShownContext {
  readonly system: string
  readonly tools: readonly ToolDefinition[]
  readonly messages: MessageList
  readonly request?: UserMessage | undefined
}

/** A prompt by section, in its order; sections that hold nothing are left out. */
export function contextSections(
  shown: ShownContext,
  count: CountTokens = estimateTokens,
): readonly ContextSection[] {
  const messages = [...shown.messages]
  const request = findRequest(messages, shown.request)
  const first = messages.findIndex((message) => !isRuntimeWords(message))
  const found: Piece[] = [
    { name: 'system', tokens: count(shown.system) },
    ...shown.tools.map((tool) => ({ name: 'tools', tokens: count(JSON.stringify(tool)) }) as const),
    ...messages.flatMap((message, index) => piecesOf(message, { isFirst: index === first, request, count })),
  ]
  return sectionNames.flatMap((name) => {
    const own = found.filter((piece) => piece.name === name)
    const tokens = Math.ceil(own.reduce((sum, piece) => sum + piece.tokens, 0))
    return own.length === 0 || tokens === 0 ? [] : [{ name, items: own.length, tokens }]
  })
}

interface Piece {
  readonly name: SectionName
  readonly tokens: number
}

interface PieceParts {
  readonly isFirst: boolean
  readonly request: UserMessage | undefined
  readonly count: CountTokens
}

function piecesOf(message: Message, parts: PieceParts): readonly Piece[] {
  const { count } = parts
  if (message.role === 'user')
    return [{ name: userSection(message, parts), tokens: contentSize(message.content, count) }]
  if (message.role === 'tool') {
    return message.content.map((part) => ({
      name: isRemoved(part) ? 'removed results' : 'results',
      tokens: contentSize(part.content, count),
    }))
  }
  return message.content.map((part) =>
    part.type === 'tool-call'
      ? { name: 'calls', tokens: count(part.name) + count(JSON.stringify(part.input)) }
      : { name: 'agent', tokens: count(part.text) },
  )
}

function userSection(message: UserMessage, { isFirst, request }: PieceParts): SectionName {
  if (message === request) return 'request'
  if (isFirst && readLedgerMessage(message) !== undefined) return 'ledger'
  if (isGuidanceWords(message)) return 'guidance'
  return isRuntimeWords(message) ? 'runtime' : 'earlier words'
}
