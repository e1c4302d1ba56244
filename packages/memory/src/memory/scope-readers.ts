import type { Sequence } from '@keepup/core'

import { overlayOrigin, type ScopeId } from '../contract/scope.ts'
import { ScopeIndex } from '../recall/scope-index.ts'
import { createStemOf, type StemOf } from '../recall/stem-of.ts'
import { catchUp } from './catch-up.ts'
import type { ResolvedParts } from './parts.ts'
import { linesOf, type ScopeLine } from './scope-lines.ts'

/** A scope as it is now, ready to be asked. */
export interface ScopeReader {
  readonly scope: ScopeId
  /** The last entry that it knows. */
  readonly at: Sequence
  /** How many pieces of evidence it has. */
  readonly amount: number
  /** Its words; nothing where it has too much evidence to be ranked as a whole. */
  readonly words: ScopeIndex | undefined
}

/** Opens scopes to be asked, and remembers the words of those asked last. */
export interface ScopeReaders {
  readonly stemOf: StemOf
  open(scope: ScopeId): Promise<ScopeReader>
  /** Forgets what is remembered of a scope, and of what lies over it. */
  forget(scope: ScopeId): void
}

/** So many words of all scopes together are remembered, about a hundred bytes each. */
const rememberedWords = 2_000_000

interface Remembered {
  readonly words: ScopeIndex
  readonly generations: string
  size: number
}

/** Makes {@link ScopeReaders}. */
export function createScopeReaders(parts: ResolvedParts): ScopeReaders {
  const stemOf = createStemOf()
  const remembered = new Map<ScopeId, Remembered>()

  async function readWords(scope: ScopeId, lines: readonly ScopeLine[]): Promise<ScopeIndex> {
    const generations = await generationsOf(parts, lines)
    let known = remembered.get(scope)
    if (known?.generations !== generations) known = { words: new ScopeIndex(stemOf), generations, size: 0 }
    const last = known.words.documents.at(-1)?.sequence ?? 0
    for (const line of lines) {
      if (line.range.through <= last) continue
      const range = { after: Math.max(last, line.range.after), through: line.range.through }
      const added = await parts.index.documents(line.scope, range)
      for (const document of added) {
        // Two questions at once may both have asked for them.
        if (document.sequence <= (known.words.documents.at(-1)?.sequence ?? 0)) continue
        known.words.add(document)
        known.size += known.words.lengths.at(-1) ?? 0
      }
    }
    remembered.delete(scope)
    remembered.set(scope, known)
    trim(remembered)
    return known.words
  }

  return {
    stemOf,
    async open(scope) {
      const at = Math.max(await catchUp(parts, scope), overlayOrigin(scope)?.at ?? 0)
      const lines = linesOf(scope)
      const known = remembered.get(scope)?.words.documents.length ?? 0
      const amount = known > 0 ? known : await countOf(parts, lines)
      if (amount > parts.exactLimit)
        return { scope, at, amount: await countOf(parts, lines), words: undefined }
      const words = await readWords(scope, lines)
      const { length } = words.documents
      if (length <= parts.exactLimit) return { scope, at, amount: length, words }
      // It has grown too large: whoever opens it for the first time would not rank it as a whole either.
      remembered.delete(scope)
      return { scope, at, amount: length, words: undefined }
    },
    forget(scope) {
      for (const name of remembered.keys()) {
        if (name === scope || name.startsWith(`${scope}~`)) remembered.delete(name)
      }
    },
  }
}

async function generationsOf({ index }: ResolvedParts, lines: readonly ScopeLine[]): Promise<string> {
  const positions = await Promise.all(lines.map(({ scope }) => index.position(scope)))
  return positions.map(({ generation }) => generation).join(' ')
}

async function countOf({ index }: ResolvedParts, lines: readonly ScopeLine[]): Promise<number> {
  const counts = await Promise.all(lines.map(({ scope, range }) => index.countEvidence(scope, range)))
  return counts.reduce((a, b) => a + b, 0)
}

/** Forgets those asked longest ago, but never the last. */
function trim(remembered: Map<ScopeId, Remembered>): void {
  let total = 0
  for (const { size } of remembered.values()) total += size
  for (const [scope, { size }] of remembered) {
    if (total <= rememberedWords || remembered.size === 1) return
    remembered.delete(scope)
    total -= size
  }
}
