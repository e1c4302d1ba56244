import type { MemoryItem } from '../contract/memory-item.ts'
import type { ScopeId } from '../contract/scope.ts'
import { coreObstacle } from '../items/core-rule.ts'
import { holdsAt } from '../items/holds-at.ts'
import { tokensOf } from '../recall/fit-budget.ts'
import { loadHistory } from './catch-up.ts'
import { mayRead } from './may-read.ts'
import { oneLine } from './one-line.ts'
import type { ResolvedParts } from './parts.ts'

/** What a core block may be, and for whom. */
export interface CoreOptions {
  /** In tokens, estimated; 2,000 when left out. */
  readonly budget?: number
  readonly reader?: string
}

const heading = { working: 'At hand', procedural: 'Rules', semantic: 'Facts', episodic: 'Events' } as const

/**
 * The pinned items of a scope, for the head of a prompt: what the person said or approved, and nothing else. The same text for the same items, oldest first, so that a
 * prompt's prefix stays as it is. What does not fit the budget is left out, the newest first.
 */
export async function coreBlock(
  parts: ResolvedParts,
  scope: ScopeId,
  at: number,
  { budget = 2_000, reader }: CoreOptions,
): Promise<string> {
  const history = await loadHistory(parts, scope, at)
  const now = parts.clock.now()
  const items = history
    .itemsAt(at)
    .filter((item) => holdsAt(item, now) && coreObstacle(item) === undefined && mayRead(item.label, reader))
    .toSorted((a, b) => a.recordedAt - b.recordedAt || (a.id < b.id ? -1 : 1))
  let left = budget
  const fitting = items.filter(({ text }) => {
    const tokens = tokensOf(text.length)
    if (tokens > left) return false
    left -= tokens
    return true
  })
  return (['working', 'procedural', 'semantic', 'episodic'] as const)
    .flatMap((kind) =>
      section(
        kind,
        fitting.filter((item) => item.kind === kind),
      ),
    )
    .join('\n')
}

function section(kind: keyof typeof heading, items: readonly MemoryItem[]): readonly string[] {
  if (items.length === 0) return []
  return [`${heading[kind]}:`, ...items.map(({ text }) => `- ${oneLine(text)}`)]
}
