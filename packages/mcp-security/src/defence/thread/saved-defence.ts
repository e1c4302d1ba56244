import { promptText } from '../matching/prompt-text.ts'
import { LeafIndex } from '../observe/leaf-index.ts'
import type { Leaf } from '../observe/leaf.ts'
import type { OpenCall, ThreadDefence } from './thread-defence.ts'

interface SavedDefence {
  readonly prompts: readonly { readonly raw: string; readonly entry?: number }[]
  readonly leaves: readonly Leaf[]
  readonly exposed: boolean
  readonly private: boolean
  readonly strayed: boolean
  readonly written: readonly string[]
  readonly open: readonly (readonly [string, OpenCall])[]
}

/** The state as plain data, for a snapshot. */
export function saveDefence({ seen, open }: ThreadDefence): SavedDefence {
  return {
    ...seen,
    prompts: seen.prompts.map(({ raw, entry }) => (entry === undefined ? { raw } : { raw, entry })),
    leaves: [...seen.leaves],
    written: [...seen.written],
    open: [...open],
  }
}

/** The inverse of `saveDefence`; what is derived is made again. */
export function loadDefence(stored: unknown): ThreadDefence {
  // Stored by `saveDefence` under this fold's id and version.
  const { prompts, leaves, written, open, ...flags } = stored as SavedDefence
  return {
    seen: {
      ...flags,
      prompts: prompts.map(({ raw, entry }) => promptText(raw, entry)),
      leaves: LeafIndex.empty.with(leaves),
      written: new Set(written),
    },
    open: new Map(open),
  }
}
