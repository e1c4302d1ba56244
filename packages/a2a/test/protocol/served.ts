import { memoryCheckpointer } from '@keepup/checkpoint'
import { onTestFinished } from 'vitest'

import {
  type A2aServerOptions,
  type A2aServerParts,
  demoAgent,
  isDemoRepetition,
  serveA2a,
  type ServedA2a,
} from '../../src/protocol/server/index.ts'

/** A card to serve. */
export const cardText = {
  name: 'Echo',
  description: 'Says what it is told.',
  version: '1.2.3',
  skills: [
    {
      id: 'echo',
      name: 'Echo',
      description: 'Echoes texts.',
      tags: ['text'],
      examples: [],
      inputModes: [],
      outputModes: [],
      securityRequirements: [],
    },
  ],
}

/** Serves the demo agent, or what is given in its place, until the test is finished. */
export async function serve(
  parts: Partial<A2aServerParts> = {},
  options: Partial<A2aServerOptions> = {},
): Promise<ServedA2a> {
  const served = await start(parts, options)
  onTestFinished(() => served[Symbol.asyncDispose]())
  return served
}

/** Serves until it is disposed of. */
export function start(
  parts: Partial<A2aServerParts> = {},
  options: Partial<A2aServerOptions> = {},
): Promise<ServedA2a> {
  return serveA2a(
    {
      checkpointer: memoryCheckpointer(),
      agent: demoAgent(),
      card: cardText,
      isRepetition: isDemoRepetition,
      push: { allowHosts: ['localhost', '127.0.0.1'] },
      ...parts,
    },
    { port: 0, ...options },
  )
}

let count = 0

/** A message of a client that was never sent before, or as it is named. */
export function said(text: string, more: object = {}): { readonly message: object } {
  count += 1
  const message = { messageId: `message-${count}`, role: 'ROLE_USER', parts: [{ text }], ...more }
  return { message }
}

/** Reads a stream to its end. */
export async function all<Value>(events: AsyncIterable<Value>): Promise<Value[]> {
  const read: Value[] = []
  for await (const event of events) read.push(event)
  return read
}
