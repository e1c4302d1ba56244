import { KeepupError } from '@keepup/core'
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
    items: async (scope) => (await memory.asOf(scopeOf(scope))).items(),
    explain: async (scope, id) => memory.explain(scopeOf(scope), id),
    decide: async (scope, id, decision) =>
      decision === 'forget'
        ? memory.forget(scopeOf(scope), [id], reason(decision))
        : memory.decide(scopeOf(scope), id, decision, reason(decision)),
    undo: async (scope, entry) => memory.undo(scopeOf(scope), entry, reason('undo')),
  }
}

/** Threads of agents are no memories, and must not be written to as if they were. */
function scopeOf(name: string): string {
  const isScope: boolean = isScopeId(name)
  if (isScope) return name
  throw new KeepupError(
    'input-invalid',
    `"${name}" is no scope of memory. GET /api/memory/scopes lists them.`,
  )
}

function reason(decision: MemoryDecision | 'undo') {
  return { by: 'user', why: `${decision} in the dashboard` }
}
