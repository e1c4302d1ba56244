import type { ArtifactStore, FilePart } from '@keepup/core'

/** Where files that messages name by hash are read from. */
export type FileSource = Pick<ArtifactStore, 'get'>

/** Providers refuse larger requests anyway. In bytes. */
const largestFile = 32 * 1024 * 1024

/** The content of a file part as base64, or undefined where it is an artifact and there is no store, or too large a file. */
export async function fileBase64(part: FilePart, files: FileSource | undefined): Promise<string | undefined> {
  if ('base64' in part.source) return part.source.base64
  if (files === undefined) return undefined
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of files.get(part.source.artifact)) {
    size += piece.length
    if (size > largestFile) return undefined
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('base64')
}

/** What a model is told instead of a file that it cannot be shown. */
export function missingFileText(part: FilePart): string {
  return `[The file ${part.name ?? 'without a name'} (${part.mediaType}) cannot be shown here.]`
}

/** The text of a file whose media type says that it is text, or undefined. */
export function fileText(part: FilePart, base64: string): string | undefined {
  const textual = /^text\/|^application\/(?:json|xml|yaml|x-yaml|toml|javascript)\b|\+(?:json|xml)\b/.test(
    part.mediaType,
  )
  if (!textual) return undefined
  const name = part.name === undefined ? '' : ` name=${JSON.stringify(part.name)}`
  return `<file${name}>\n${Buffer.from(base64, 'base64').toString()}\n</file>`
}
