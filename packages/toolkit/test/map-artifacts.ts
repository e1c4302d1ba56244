import { setTimeout as delay } from 'node:timers/promises'

import type { ArtifactStore } from '@keepup/core'

/** An artifact store in memory that names artifacts by their size. */
export function mapArtifacts(options: { readonly delay?: number } = {}): {
  readonly store: ArtifactStore
  bytes(): Buffer
} {
  let last: Uint8Array[] = []
  return {
    bytes: () => Buffer.concat(last),
    store: {
      async put(content, { mediaType, label }) {
        const chunks: Uint8Array[] = []
        let size = 0
        for await (const chunk of content instanceof Uint8Array ? [content] : content) {
          if (options.delay !== undefined) await delay(options.delay)
          size += chunk.length
          chunks.push(size > 8_000_000 ? new Uint8Array() : chunk)
        }
        last = chunks
        return { hash: `sha-${size}`, size, mediaType, label }
      },
      async *get() {
        yield* last
      },
      describe: async () => undefined,
      collect: async () => ({ artifacts: 0, size: 0 }),
      [Symbol.asyncDispose]: async () => {},
    },
  }
}
