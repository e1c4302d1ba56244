import { isScopeId } from '@keepup/memory'
import type { MemoryDecision, MemoryDesk } from '@keepup/server'

import type { OpenedMemory } from '../memory/open-memory.ts'

/** The memory of a store, as a server shows it. What a person decides there is a person's word. */
export function memoryDesk({ memory, checkpointer }: OpenedMemory): MemoryDesk {
  return {
    async scopes() {
      const scopes: { readonly scope: string; readonly head: number }[] = []
      for await (const { thread, head } of checkpointer.threads()) {
        if (isScopeId(thread)) scopes.push({ scope: thread, head })
      }
      return scopes
    },
    items: async (scope) => (await memory.asOf(scope)).items(),
    explain: (scope, id) => memory.explain(scope, id),
    decide: (scope, id, decision) =>
      decision === 'forget'
        ? memory.forget(scope, [id], reason(decision))
        : memory.decide(scope, id, decision, reason(decision)),
    undo: (scope, entry) => memory.undo(scope, entry, reason('undo')),
  }
}

function reason(decision: MemoryDecision | 'undo') {
  return { by: 'user', why: `${decision} in the dashboard` }
}
