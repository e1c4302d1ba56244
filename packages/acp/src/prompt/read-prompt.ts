import type { ContentBlock } from '@agentclientprotocol/sdk'
import { type JsonPointer, type Label, type LabelTable, trustedLabel, type UserMessage } from '@keepup/core'

import { invalidParams } from '../to-request-error.ts'

/** A prompt as a message, and where each of its parts came from. */
export interface ReadPrompt {
  readonly content: UserMessage['content']
  readonly labels: LabelTable
  /** The words of the person alone. */
  readonly words: string
}

/** Files and pages that a person attached: they chose them, and did not write them. */
const attached: Label = Object.freeze({
  integrity: 'free-text',
  sources: Object.freeze(['editor']),
  readers: 'anyone',
  confidential: false,
})

type Part = UserMessage['content'][number]

/**
 * Reads a prompt. What the person typed is theirs; what they attached is labelled as what it is: text of somebody else, which decides nothing. Fails with "invalid
 * params" for audio, and where nothing is said.
 */
export function readPrompt(blocks: readonly ContentBlock[]): ReadPrompt {
  const content: Part[] = []
  const leaves: (readonly [JsonPointer, Label])[] = []
  for (const block of blocks) {
    const { part, own } = readBlock(block)
    if (!own) leaves.push([`/message/content/${content.length}`, attached])
    content.push(part)
  }
  const words = blocks.flatMap((block) => (block.type === 'text' ? block.text : [])).join('\n')
  if (content.every((part) => part.type === 'text' && part.text.trim() === ''))
    throw invalidParams('The prompt says nothing. Send a text, a file or an image.')
  const said = { ...trustedLabel, sources: ['user'] }
  return { content, words, labels: leaves.length === 0 ? { default: said } : { default: said, leaves } }
}

function readBlock(block: ContentBlock): { readonly part: Part; readonly own: boolean } {
  switch (block.type) {
    case 'text':
      return { part: { type: 'text', text: block.text }, own: true }
    case 'image':
      return { part: { type: 'file', mediaType: block.mimeType, source: { base64: block.data } }, own: false }
    case 'resource_link':
      // Only where it is: the agent reads it with its own tools, which are decided about.
      return { part: { type: 'text', text: `[${oneLine(block.name)}](${oneLine(block.uri)})` }, own: false }
    case 'resource':
      return { part: readResource(block.resource), own: false }
    default:
      throw invalidParams(`keepup takes no ${block.type} in prompts. Send it as text, or as an image.`)
  }
}

function readResource(resource: Extract<ContentBlock, { type: 'resource' }>['resource']): Part {
  const name = oneLine(resource.uri)
  if ('text' in resource)
    return {
      type: 'text',
      text: `<untrusted-attachment uri="${name}">\n${resource.text}\n</untrusted-attachment>`,
    }
  return {
    type: 'file',
    mediaType: resource.mimeType ?? 'application/octet-stream',
    name,
    source: { base64: resource.blob },
  }
}

function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]/gu, ' ')
}
