import type { Message, Part } from '@a2a-js/sdk'
import type { FilePart, TextPart } from '@keepup/core'

/** What a model is shown of a message: texts, files, data as JSON; a URL as a text, for whoever wants to fetch it to ask for it. */
export function messageContent({ parts }: Pick<Message, 'parts'>): readonly (TextPart | FilePart)[] {
  const content = parts.flatMap((part) => contentOf(part) ?? [])
  return content.length > 0 ? content : [{ type: 'text', text: '(an empty message)' }]
}

/** The words of a message, files and the like named. */
export function messageText(message: Pick<Message, 'parts'>): string {
  const texts = messageContent(message).map((part) =>
    part.type === 'text' ? part.text : `[file ${part.name ?? part.mediaType}]`,
  )
  return texts.join('\n')
}

function contentOf({ content, filename, mediaType }: Part): TextPart | FilePart | undefined {
  switch (content?.$case) {
    case 'text':
      return content.value.trim() === '' ? undefined : { type: 'text', text: content.value }
    case 'url':
      return { type: 'text', text: `[file ${filename || 'without a name'} at ${content.value}]` }
    case 'data':
      return { type: 'text', text: JSON.stringify(content.value) ?? 'null' }
    case 'raw':
      return fileOf(content.value, filename, mediaType || 'application/octet-stream')
    default:
      return undefined
  }
}

function fileOf(bytes: Buffer, name: string, mediaType: string): TextPart | FilePart {
  const text = mediaType.startsWith('text/') || mediaType === 'application/json'
  if (text) return { type: 'text', text: `[file ${name || 'without a name'}]\n${bytes.toString('utf8')}` }
  const source = { base64: bytes.toString('base64') }
  return { type: 'file', mediaType, ...(name === '' ? {} : { name }), source }
}
