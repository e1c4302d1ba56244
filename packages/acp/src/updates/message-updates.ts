import type { ContentBlock, SessionUpdate } from '@agentclientprotocol/sdk'
import type { AgentEntry, AgentEventMap, FilePart, SignalId } from '@keepup/core'

/** What is told of what people and models say. */
export interface MessageUpdates {
  readonly said: (event: AgentEntry<'user-message'>) => readonly SessionUpdate[]
  readonly streamed: (event: AgentEventMap['text-streamed']) => readonly SessionUpdate[]
  readonly thought: (event: AgentEventMap['reasoning-streamed']) => readonly SessionUpdate[]
  /** What of the message was not streamed already. */
  readonly answered: (event: AgentEntry<'assistant-message'>) => readonly SessionUpdate[]
}

/** What of a message was streamed already. */
interface Streamed {
  readonly stream: string
  text: string
  thought: string
}

type ChunkType = 'user_message_chunk' | 'agent_message_chunk' | 'agent_thought_chunk'

/** Tells of messages. `shown`: the signals whose words the editor shows already. */
export function messageUpdates(shown: ReadonlySet<SignalId>): MessageUpdates {
  let now: Streamed = { stream: '', text: '', thought: '' }
  const at = (stream: string): Streamed =>
    now.stream === stream ? now : (now = { stream, text: '', thought: '' })
  return {
    said({ data, cause, sequence }) {
      if (typeof cause === 'string' && shown.has(cause)) return []
      return data.message.content.map((part) =>
        chunk('user_message_chunk', `user-${sequence}`, part.type === 'text' ? text(part.text) : file(part)),
      )
    },
    streamed({ stream, text: words }) {
      at(stream).text += words
      return words === '' ? [] : [chunk('agent_message_chunk', stream, text(words))]
    },
    thought({ stream, text: words }) {
      at(stream).thought += words
      return words === '' ? [] : [chunk('agent_thought_chunk', stream, text(words))]
    },
    answered({ data: { message }, sequence }) {
      const { stream, text: told, thought } = now
      now = { stream: '', text: '', thought: '' }
      const whole = (type: 'reasoning' | 'text'): string =>
        message.content.flatMap((part) => (part.type === type ? part.text : [])).join('')
      const ids = { stream, anew: `agent-${sequence}` }
      return [
        ...rest('agent_thought_chunk', whole('reasoning'), thought, ids),
        ...rest('agent_message_chunk', whole('text'), told, ids),
      ]
    },
  }
}

/** What is left to tell of a message; all of it, as another message, where something else was streamed. */
function rest(
  type: ChunkType,
  whole: string,
  told: string,
  { stream, anew }: { readonly stream: string; readonly anew: string },
): readonly SessionUpdate[] {
  if (whole === told || whole === '') return []
  if (told !== '' && whole.startsWith(told)) return [chunk(type, stream, text(whole.slice(told.length)))]
  return [chunk(type, anew, text(whole))]
}

function chunk(sessionUpdate: ChunkType, messageId: string, content: ContentBlock): SessionUpdate {
  return { sessionUpdate, messageId, content }
}

function text(words: string): ContentBlock {
  return { type: 'text', text: words }
}

function file({ mediaType, name, source }: FilePart): ContentBlock {
  if ('base64' in source && mediaType.startsWith('image/'))
    return { type: 'image', mimeType: mediaType, data: source.base64 }
  return text(`[${name ?? mediaType}]`)
}
