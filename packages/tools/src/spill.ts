import type { ArtifactHash, ArtifactStore, Label } from '@keepup/core'

import { messageOf } from './failure-of.ts'

/** What became of bytes that were left out, and the sentence that tells it. */
export interface Spilled {
  readonly hashes: readonly ArtifactHash[]
  readonly note: string
}

/** Stores what an output left out. A store that fails is told of, never thrown: the call itself has happened. */
export async function spill(
  bytes: Uint8Array,
  mediaType: string,
  { artifacts, label }: { readonly artifacts: ArtifactStore | undefined; readonly label: Label },
): Promise<Spilled> {
  if (artifacts === undefined) return { hashes: [], note: 'It was not kept: there is no artifact store.' }
  try {
    const { hash, size } = await artifacts.put(bytes, { mediaType, label })
    return { hashes: [hash], note: `The whole, ${size} bytes, is artifact:${hash}.` }
  } catch (error) {
    return { hashes: [], note: `It could not be kept: ${messageOf(error)}` }
  }
}
