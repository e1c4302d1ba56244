import { hash } from 'node:crypto'

import type { Hash, Message, ModelRequest, ToolDefinition } from '@keepup/core'

import type { AgentState } from './agent-state.ts'
import { MessageChain } from './message-chain.ts'

/** A model request and the digest under which the log remembers it. */
export interface Prompt {
  readonly request: ModelRequest
  readonly digest: Hash
}

/** Builds requests from states. */
export interface PromptBuilder {
  /** Whether two lists of definitions make the same bytes. */
  sameTools(a: readonly ToolDefinition[], b: readonly ToolDefinition[]): boolean
  /** A pure function of its arguments: the same state gives the same bytes, and a longer conversation keeps the shorter one's as its prefix. */
  build(
    state: AgentState,
    tools: readonly ToolDefinition[],
    toolChoice: 'auto' | 'none',
    maxOutput?: number,
  ): Prompt
}

/** Makes a builder for one conversation. It remembers how far it has digested, so that a turn costs only what is new. */
export function createPromptBuilder(system: string): PromptBuilder {
  const systemDigest = digestOf(system)
  const toolsDigest = memoise((tools: readonly ToolDefinition[]) => digestOf(JSON.stringify(tools)))
  const digestMessages = createChainDigest()
  return {
    sameTools: (a, b) => a === b || toolsDigest(a) === toolsDigest(b),
    build({ messages }, tools, toolChoice, maxOutput) {
      const request = {
        system,
        messages,
        tools,
        toolChoice,
        ...(maxOutput === undefined ? {} : { maxOutput }),
      }
      const parts = [systemDigest, toolsDigest(tools), toolChoice, maxOutput ?? 0, digestMessages(messages)]
      return { request, digest: digestOf(parts.join(' ')) }
    },
  }
}

/** Digests a growing list: H(H(… H(first) …), last), going on from the last list where the new one extends it. */
function createChainDigest(): (messages: MessageChain) => Hash {
  let known = MessageChain.empty
  let digest = digestOf('')
  return (messages) => {
    if (!messages.extends(known)) {
      known = MessageChain.empty
      digest = digestOf('')
    }
    for (let index = known.length; index < messages.length; index += 1)
      digest = digestOf(digest + encode(messages.at(index)))
    known = messages
    return digest
  }
}

function encode(message: Message | undefined): string {
  return JSON.stringify(message) ?? ''
}

function digestOf(text: string): Hash {
  return hash('sha256', text, 'hex')
}

function memoise<Key extends object, Value>(compute: (key: Key) => Value): (key: Key) => Value {
  const known = new WeakMap<Key, Value>()
  return (key) => {
    const value = known.get(key) ?? compute(key)
    known.set(key, value)
    return value
  }
}
