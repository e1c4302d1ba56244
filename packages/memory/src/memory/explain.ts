import type { Explanation } from '../contract/facts.ts'
import type { ItemId } from '../contract/memory-item.ts'
import type { ScopeId } from '../contract/scope.ts'
import { coreObstacle } from '../items/core-rule.ts'
import { knownItem } from './change-items.ts'
import { readNamed } from './find-sources.ts'
import { openItems } from './open-items.ts'
import type { ResolvedParts } from './parts.ts'

/** Tells where an item comes from, what became of it, and why it is where it is. */
export async function explain(parts: ResolvedParts, scope: ScopeId, id: ItemId): Promise<Explanation> {
  const { history } = await openItems(parts, scope)
  const item = knownItem(history.latest(id), scope, id)
  const sources = await readNamed(parts, scope, item.sources)
  const obstacle = coreObstacle(item)
  return {
    item,
    versions: history.versionsOf(id),
    sources: sources.map((each) => ({ id: each.id, speaker: each.speaker, text: each.text, at: each.at })),
    derivedFrom: item.derivedFrom,
    core: obstacle === undefined ? 'it is in the core block' : `it is not in the core block: ${obstacle}`,
  }
}
