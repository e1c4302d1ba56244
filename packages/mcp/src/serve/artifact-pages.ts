import type { ArtifactHash, ArtifactInfo, ArtifactStore } from '@keepup/core'

/** @limit In bytes: how much of an artifact one read gives. */
const pageSize: number = 256 * 1024

const scheme = 'keepup://artifact/'

/** The template of {@link artifactUri}, RFC 6570. */
export const artifactTemplate: string = `${scheme}{hash}{?from}`

/** By which a client reads an artifact, from a byte on. */
export function artifactUri(hash: ArtifactHash, from = 0): string {
  return from === 0 ? `${scheme}${hash}` : `${scheme}${hash}?from=${from}`
}

/** What a URI names; `undefined` where it is not one of an artifact. */
export function parseArtifactUri(
  uri: string,
): { readonly hash: ArtifactHash; readonly from: number } | undefined {
  const [, hash, from = '0'] = /^keepup:\/\/artifact\/([0-9a-f]{64})(?:\?from=(\d{1,15}))?$/.exec(uri) ?? []
  return hash === undefined ? undefined : { hash, from: Number(from) }
}

/** A page of an artifact. */
export interface ArtifactPage {
  readonly mediaType: string
  /** The whole artifact's, in bytes. */
  readonly size: number
  readonly bytes: Buffer
  /** Where the next page begins; left out with the last. */
  readonly next?: number
}

/** Whether an artifact is shown as text. */
export function isText(mediaType: string): boolean {
  return /^text\/|[/+](json|xml|yaml|javascript)\b/.test(mediaType)
}

/** Reads a page. One of text ends where a character does. */
export async function readPage(
  artifacts: ArtifactStore,
  { hash, size, mediaType }: ArtifactInfo,
  from: number,
): Promise<ArtifactPage> {
  const chunks: Uint8Array[] = []
  for await (const chunk of artifacts.get(hash, { from, to: Math.min(size, from + pageSize) }))
    chunks.push(chunk)
  const read = Buffer.concat(chunks)
  const isLast = from + read.length >= size
  const bytes = isLast || !isText(mediaType) ? read : read.subarray(0, endOfCharacters(read))
  const next = from + bytes.length
  return { mediaType, size, bytes, ...(next < size && bytes.length > 0 ? { next } : {}) }
}

/** Where the last whole character of UTF-8 ends. */
function endOfCharacters(bytes: Buffer): number {
  let start = bytes.length - 1
  while (start > 0 && bytes.length - start < 4 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start -= 1
  const lead = bytes[start] ?? 0
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1
  return start + length <= bytes.length ? bytes.length : start
}
