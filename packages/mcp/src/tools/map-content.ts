import type { FilePart, JsonObject, TextPart } from '@keepup/core'

import { isObject } from '../connection/keep-raw.ts'
import { plainText } from '../plain-text.ts'

const mediaTypePattern = /^[\w!#$&^.+-]{1,100}\/[\w!#$&^.+-]{1,100}(;[ \w="'.+-]{1,200})?$/

/** @limit In blocks of a result: the texts of further ones are one text, their files are left out. */
const mostBlocks = 200

/** Content blocks of a result, as parts for a model. What is of no known type is named. */
export function mapContent(blocks: readonly JsonObject[]): readonly (TextPart | FilePart)[] {
  if (blocks.length <= mostBlocks) return blocks.map(mapBlock)
  const rest = blocks.slice(mostBlocks).map((block) => {
    const part = mapBlock(block)
    return part.type === 'text' ? part.text : `[a file of the type ${part.mediaType} was left out]`
  })
  return [...blocks.slice(0, mostBlocks).map(mapBlock), text(rest.join('\n'))]
}

function mapBlock(block: JsonObject): TextPart | FilePart {
  const { type, text: said, data, mimeType, resource } = block
  if (type === 'text' && typeof said === 'string') return text(said)
  if (type === 'image' || type === 'audio') return file(data, mimeType, type)
  if (type === 'resource_link') return text(describeLink(block))
  if (type === 'resource' && isObject(resource)) return embedded(resource)
  return text(`[content of the type ${JSON.stringify(type ?? null).slice(0, 100)} was left out]`)
}

function embedded(resource: JsonObject): TextPart | FilePart {
  const { uri, mimeType, text: said, blob } = resource
  const name = typeof uri === 'string' ? plainText(uri, 500) : undefined
  if (typeof said === 'string') return text(`[resource ${name ?? 'without a URI'}]\n${said}`)
  return file(blob, mimeType, 'resource', name)
}

function file(data: unknown, mediaType: unknown, what: string, name?: string): TextPart | FilePart {
  if (typeof data !== 'string' || !isBase64(data)) return text(`[${what} without content was left out]`)
  const known = typeof mediaType === 'string' && mediaTypePattern.test(mediaType)
  return {
    type: 'file',
    mediaType: known ? mediaType : 'application/octet-stream',
    source: { base64: data },
    ...(name === undefined ? {} : { name }),
  }
}

/** Without a pattern over the whole: it may be megabytes. */
function isBase64(data: string): boolean {
  return data !== '' && data.length % 4 === 0 && !/[^A-Za-z0-9+/=]/.test(data)
}

function describeLink({ uri, name, title, description, mimeType, size }: JsonObject): string {
  const called = [title, name].find((each) => typeof each === 'string')
  const facts = [
    typeof mimeType === 'string' ? mimeType : undefined,
    typeof size === 'number' ? `${size} bytes` : undefined,
  ].filter((fact) => fact !== undefined)
  const about = facts.length === 0 ? '' : ` (${facts.join(', ')})`
  const more = typeof description === 'string' ? `: ${description}` : ''
  const where = typeof uri === 'string' ? uri : 'without a URI'
  return plainText(
    `[resource ${typeof called === 'string' ? `"${called}" ` : ''}${where}${about}]${more}`,
    4_000,
  )
}

function text(said: string): TextPart {
  return { type: 'text', text: said }
}
