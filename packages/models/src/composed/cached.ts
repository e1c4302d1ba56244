import { createHash } from 'node:crypto'

import { type Message, type Model, type ModelEvent, type ModelRequest, noUsage } from '@keepup/core'

/** How much is kept. */
export interface CacheOptions {
  /** Answers; 100 unless given. */
  readonly capacity?: number
  /** Of all kept answers as JSON; 16 MiB unless given. */
  readonly maxBytes?: number
}

interface Kept {
  readonly events: readonly ModelEvent[]
  readonly size: number
}

/**
 * A model that answers a request it has answered before from memory: the same events, without usage and cost, because nothing was spent.
 * Only finished answers are kept; the one used least recently goes first. For tests, evaluations and repeated classifications, not for conversations.
 */
export function cached(
  model: Model,
  { capacity = 100, maxBytes = 16 * 1024 * 1024 }: CacheOptions = {},
): Model {
  const answers = new Map<string, Kept>()
  const digestOf = requestDigest()
  let size = 0

  function drop(key: string): void {
    size -= answers.get(key)?.size ?? 0
    answers.delete(key)
  }
  function keep(key: string, events: readonly ModelEvent[]): void {
    const bytes = Buffer.byteLength(JSON.stringify(events))
    if (bytes > maxBytes || capacity < 1) return
    drop(key)
    answers.set(key, { events, size: bytes })
    size += bytes
    for (const oldest of answers.keys()) {
      if (answers.size <= capacity && size <= maxBytes) break
      drop(oldest)
    }
  }
  async function* stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent> {
    const key = digestOf(request)
    const known = answers.get(key)
    if (known === undefined)
      return yield* recorded(model.stream(request, signal), (events) => keep(key, events))
    // The newest stands last.
    answers.delete(key)
    answers.set(key, known)
    yield* replayed(known.events, signal)
  }
  return { ...model, stream }
}

async function* recorded(
  stream: AsyncIterable<ModelEvent>,
  keep: (events: readonly ModelEvent[]) => void,
): AsyncGenerator<ModelEvent> {
  const events: ModelEvent[] = []
  for await (const event of stream) {
    events.push(event)
    if (event.type === 'finished') keep(events)
    yield event
  }
}

function* replayed(events: readonly ModelEvent[], signal: AbortSignal): Generator<ModelEvent> {
  for (const event of events) {
    if (signal.aborted) {
      yield {
        type: 'failed',
        failure: { kind: 'interrupted', message: 'The model call was interrupted.', retryable: false },
      }
      return
    }
    yield event.type === 'finished' ? { ...event, usage: noUsage, cost: 0 } : event
  }
}

/** Hashes each message once. */
function requestDigest(): (request: ModelRequest) => string {
  const known = new WeakMap<Message, string>()
  function digestOf(message: Message): string {
    const found = known.get(message) ?? createHash('sha256').update(JSON.stringify(message)).digest('hex')
    known.set(message, found)
    return found
  }
  return ({ messages, ...rest }) => {
    const hash = createHash('sha256').update(JSON.stringify(rest))
    for (const message of messages) hash.update(digestOf(message))
    return hash.digest('hex')
  }
}
