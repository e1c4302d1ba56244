/** A line of a chunk: one that stays, one that goes, one that comes. */
export interface PatchLine {
  readonly sign: ' ' | '-' | '+'
  readonly text: string
}

/** A part of an update: lines that stand in the file one after the other, with what changes among them. */
export interface PatchChunk {
  /** Lines to pass before, from `@@`, one after the other. */
  readonly contexts: readonly string[]
  readonly lines: readonly PatchLine[]
  /** Whether its lines end the file. */
  readonly endOfFile: boolean
  /** How many empty lines at its end were written without a sign: they may only separate it from what follows. */
  readonly unsigned: number
  /** Where it begins in the patch, from 1. */
  readonly at: number
}

/** What a patch does to one file. */
export type PatchSection =
  | { readonly type: 'add'; readonly path: string; readonly content: string }
  | { readonly type: 'delete'; readonly path: string }
  | {
      readonly type: 'update'
      readonly path: string
      readonly moveTo?: string
      readonly chunks: readonly PatchChunk[]
    }
