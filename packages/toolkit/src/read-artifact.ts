import { type ArtifactStore, KeepupError, type Label } from '@keepup/core'

import { type FileText, readPart, type TextRange } from './read-text.ts'

const prefix = 'artifact:'

/** The hash in `artifact:HASH`, as outputs that were cut name what they left out; `undefined` for the path of a file. */
export function artifactOf(path: string): string | undefined {
  return path.startsWith(prefix) ? path.slice(prefix.length).trim() : undefined
}

/** Reads lines of an artifact, with the label it was stored with. Fails `artifact-unknown` where the thread names none of that hash. */
export async function readArtifact(
  hash: string,
  range: TextRange,
  artifacts: ArtifactStore | undefined,
): Promise<{ readonly text: FileText; readonly label: Label }> {
  const info = await artifacts?.describe(hash)
  if (artifacts === undefined || info === undefined) {
    throw new KeepupError(
      'artifact-unknown',
      `This thread names no artifact ${hash}. Give the path as an output of this thread wrote it, artifact:HASH; for a file of that name write ./${prefix}...`,
    )
  }
  const shown = `${prefix}${hash}`
  const text = await readPart(artifacts.get(hash), { shown, size: info.size }, range)
  return { text, label: info.label }
}
