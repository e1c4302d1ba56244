import type { FoundProcedure } from '../consolidate/find-procedures.ts'
import type { ItemId } from '../contract/memory-item.ts'
import type { Scope, ScopeId } from '../contract/scope.ts'
import type { Memory } from './create-memory.ts'

/** Made by this version of the search. */
const producer = 'procedure@1'

/**
 * Lets procedures that worked again and again wait for a person, as items of how things are done; the ids of those that are new. What a person refused, or has approved, is not
 * proposed again.
 */
export async function proposeProcedures(
  memory: Memory,
  scope: Scope | ScopeId,
  procedures: readonly FoundProcedure[],
): Promise<readonly ItemId[]> {
  const known = new Set((await (await memory.asOf(scope)).items()).map(({ text }) => text))
  const proposed: ItemId[] = []
  for (const { steps, runs, threads, label } of procedures) {
    const text = `This was done here several times, and worked: ${steps.join(', then ')}.`
    if (known.has(text)) continue
    const fact = { kind: 'procedural', text, label } as const
    const why = `${runs} runs in ${threads.length} threads did so, ${threads.slice(0, 5).join(', ')} among them`
    const { id, outcome } = await memory.remember(scope, fact, { by: 'runtime', producer, review: true, why })
    if (outcome === 'proposed') proposed.push(id)
  }
  return proposed
}
