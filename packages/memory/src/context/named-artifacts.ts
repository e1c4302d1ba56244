import type { ArtifactHash, FilePart, Message, TextPart } from '@keepup/core'

/** The artifacts that messages name, each once: an entry with the messages keeps them stored. */
export function namedArtifacts(messages: readonly Message[]): readonly ArtifactHash[] {
  const named = messages.flatMap((message) => {
    if (message.role === 'assistant') return []
    if (message.role === 'user') return ofContent(message.content)
    return message.content.flatMap(({ content }) => ofContent(content))
  })
  return [...new Set(named)].toSorted()
}

function ofContent(content: readonly (TextPart | FilePart)[]): readonly ArtifactHash[] {
  return content.flatMap((part) =>
    part.type === 'file' && 'artifact' in part.source ? [part.source.artifact] : [],
  )
}
