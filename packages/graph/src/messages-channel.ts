import type { Message } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'

import { append } from './append-and-merge.ts'
import type { Channel } from './channel.ts'

const content = {
  type: 'array',
  items: { type: 'object', required: ['type'], properties: { type: { type: 'string' } } },
}

const schema = jsonSchema<readonly Message[]>({
  type: 'array',
  items: {
    type: 'object',
    required: ['role', 'content'],
    properties: { role: { enum: ['user', 'assistant', 'tool'] }, content },
  },
})

/** A channel for a conversation: messages are appended, and held against the form of a message. */
export function messagesChannel(): Required<Channel<readonly Message[]>> {
  return { schema, reducer: append, initial: [] }
}
