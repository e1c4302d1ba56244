import { type Clock, type JsonObject, type JsonValue, KeepupError, type Milliseconds } from '@keepup/core'

import { isJsonObject } from '../schema/is-json-object.ts'
import { foldBlanks } from '../text/fold-blanks.ts'
import { visibleText } from '../text/hidden-text.ts'
import { untrustedSpan } from '../text/untrusted-span.ts'

/** A server's wish to have a model answer, as `@keepup/mcp` gives it. */
export interface SamplingWish {
  readonly server: string
  readonly request: JsonObject
  readonly signal: AbortSignal
}

/** How sampling is guarded. */
export interface SamplingGuard {
  /** Has a model answer a request that is guarded already: no tools, no context but what is in it. */
  readonly answer: (wish: SamplingWish) => Promise<JsonObject>
  /** Asks a person, who sees all that the model would; nothing is sent without a yes. */
  readonly approve: (wish: SamplingWish) => Promise<boolean>
  readonly clock: Clock
  /** @limit In tokens, for an answer: 1,000 when left out. */
  readonly mostTokens?: number
  /** @limit In answers of one server within an hour: 10 when left out. */
  readonly mostPerHour?: number
}

const hour: Milliseconds = 3_600_000
/** @limit In characters: how much text a server may give to a model. */
const mostText = 20_000

/** A `sample` part for the hub that gives a server a model's bare answer, and nothing else: no context of others, no tools, no system prompt of its own. */
export function guardSampling(guard: SamplingGuard): (wish: SamplingWish) => Promise<JsonObject> {
  const { answer, approve, clock, mostTokens = 1_000, mostPerHour = 10 } = guard
  const times = new Map<string, readonly number[]>()
  return async (wish) => {
    const now = clock.now()
    const recent = (times.get(wish.server) ?? []).filter((time) => time > now - hour)
    if (recent.length >= mostPerHour) throw refused(wish, `it had ${recent.length} answers within an hour`)
    times.set(wish.server, [...recent, now])
    const guarded = { ...wish, request: guardedRequest(wish, mostTokens) }
    if (!(await approve(guarded))) throw refused(wish, 'nobody agreed')
    return answer(guarded)
  }
}

function guardedRequest(wish: SamplingWish, mostTokens: number): JsonObject {
  const { messages, systemPrompt, maxTokens, temperature } = wish.request
  const given = Array.isArray(messages) ? messages : []
  const said = [
    ...(typeof systemPrompt === 'string' ? [systemPrompt] : []),
    ...given.flatMap((each) => textsOf(wish, each)),
  ]
  const text = foldBlanks(visibleText(said.join('\n\n')).text).text.trim()
  if (text === '') throw refused(wish, 'it holds no text')
  if (text.length > mostText) throw refused(wish, `it has more than ${mostText} characters`)
  return {
    // Whatever roles the server gave its texts, they are the server's.
    messages: [{ role: 'user', content: { type: 'text', text: untrustedSpan(text) } }],
    includeContext: 'none',
    maxTokens: typeof maxTokens === 'number' && maxTokens > 0 ? Math.min(maxTokens, mostTokens) : mostTokens,
    ...(typeof temperature === 'number' ? { temperature } : {}),
  }
}

function textsOf(wish: SamplingWish, message: JsonValue): readonly string[] {
  const content = isJsonObject(message) ? message['content'] : undefined
  return (Array.isArray(content) ? content : [content]).map((block) => {
    if (isJsonObject(block) && block['type'] === 'text' && typeof block['text'] === 'string')
      return block['text']
    throw refused(wish, 'it holds more than text')
  })
}

function refused({ server }: SamplingWish, why: string): KeepupError {
  return new KeepupError(
    'not-supported',
    `Sampling for the MCP server ${JSON.stringify(server)} was refused: ${why}.`,
  )
}
