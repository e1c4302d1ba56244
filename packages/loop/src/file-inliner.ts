import type { ArtifactStore, FilePart, Message, MessageList, TextPart } from '@keepup/core'

import { MessageChain } from './message-chain.ts'

/** Gives models the bytes of files that messages name as artifacts. */
export type InlineFiles = (messages: MessageChain) => MessageList | Promise<MessageList>

/**
 * Makes an inliner for one conversation. It remembers how far it has come, so that a turn costs only what is new, and gives the very messages back where
 * none names an artifact. A file that is gone is said to be gone.
 */
export function createFileInliner(artifacts: ArtifactStore | undefined): InlineFiles {
  let known = MessageChain.empty
  let inlined = MessageChain.empty
  let differs = false
  async function inlineFrom(messages: MessageChain, first: number): Promise<MessageList> {
    for (let index = first; index < messages.length; index += 1) {
      const message = messages.at(index)
      if (message === undefined) continue
      const whole = namesArtifact(message) ? await inlineMessage(message, artifacts) : message
      differs ||= whole !== message
      inlined = inlined.append(whole)
      known = messages.first(index + 1)
    }
    return inlined
  }
  return (messages) => {
    if (!messages.extends(known)) {
      known = MessageChain.empty
      inlined = MessageChain.empty
      differs = false
    }
    const first = differs ? known.length : firstNaming(messages, known.length)
    if (!differs && first === messages.length) {
      known = messages
      return messages
    }
    if (!differs) inlined = messages.first(first)
    return inlineFrom(messages, first)
  }
}

/** The place of the first message from `from` on that names an artifact; the length where none does. */
function firstNaming(messages: MessageChain, from: number): number {
  for (let index = from; index < messages.length; index += 1) {
    const message = messages.at(index)
    if (message !== undefined && namesArtifact(message)) return index
  }
  return messages.length
}

function namesArtifact(message: Message): boolean {
  if (message.role === 'assistant') return false
  if (message.role === 'user') return message.content.some(isArtifact)
  return message.content.some(({ content }) => content.some(isArtifact))
}

function isArtifact(part: TextPart | FilePart): boolean {
  return part.type === 'file' && 'artifact' in part.source
}

async function inlineMessage(message: Message, artifacts: ArtifactStore | undefined): Promise<Message> {
  const inline = (part: TextPart | FilePart): Promise<TextPart | FilePart> => inlinePart(part, artifacts)
  if (message.role === 'user') return { ...message, content: await Promise.all(message.content.map(inline)) }
  if (message.role === 'assistant') return message
  const content = message.content.map(async (result) => ({
    ...result,
    content: await Promise.all(result.content.map(inline)),
  }))
  return { ...message, content: await Promise.all(content) }
}

async function inlinePart(
  part: TextPart | FilePart,
  artifacts: ArtifactStore | undefined,
): Promise<TextPart | FilePart> {
  if (part.type !== 'file' || !('artifact' in part.source)) return part
  const { artifact } = part.source
  try {
    if (artifacts === undefined) throw new Error('there is no artifact store')
    const chunks: Uint8Array[] = []
    for await (const chunk of artifacts.get(artifact)) chunks.push(chunk)
    return { ...part, source: { base64: Buffer.concat(chunks).toString('base64') } }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { type: 'text', text: `[The file ${part.name ?? artifact} cannot be shown: ${reason}]` }
  }
}
