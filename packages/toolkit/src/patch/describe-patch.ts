import type { JsonObject } from '@keepup/core'

import type { AppliedChunk } from './apply-chunks.ts'
import type { PlannedSection } from './plan-patch.ts'

const letters = { added: 'A', replaced: 'M', updated: 'M', moved: 'R', deleted: 'D' } as const

/** What a model is told of a patch, and the same as data. */
export function describePatch(sections: readonly PlannedSection[]): {
  readonly text: string
  readonly structured: JsonObject
} {
  return {
    text: sections.flatMap((section) => [headline(section), ...notes(section)]).join('\n'),
    structured: { files: sections.map(dataOf) },
  }
}

function headline({ kind, path, movedTo, overwrites = false }: PlannedSection): string {
  const where = movedTo === undefined ? path : `${path} → ${movedTo}`
  const over = kind === 'replaced' || overwrites ? ' (in place of a file that was there)' : ''
  return `${letters[kind]} ${where}${over}`
}

function notes({ applied }: PlannedSection): readonly string[] {
  return (applied?.chunks ?? []).flatMap((chunk, index) =>
    note(chunk).map((told) => `  chunk ${index + 1}: ${told}`),
  )
}

function note({ strategy, confidence, line, alsoAt }: AppliedChunk): readonly string[] {
  const told: string[] = []
  if (strategy !== 'exact')
    told.push(`found at line ${line} but for ${strategy} (confidence ${confidence}): check it`)
  if (alsoAt.length > 0)
    told.push(`its lines stand also at ${alsoAt.join(', ')}; the first place, line ${line}, was taken`)
  return told
}

function dataOf({ applied, ...section }: PlannedSection): JsonObject {
  if (applied === undefined) return { ...section }
  return {
    ...section,
    chunks: applied.chunks.map((chunk) => ({ ...chunk, alsoAt: [...chunk.alsoAt] })),
    places: applied.places.map((place) => ({ ...place })),
  }
}
