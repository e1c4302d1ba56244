import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

import type { NewId, SandboxProfile } from '@keepup/core'

import { openLedger } from './command-ledger.ts'
import { createWorkspaceGuard, type WorkspaceGuard } from './workspace-guard.ts'

/** One guard for each set of writable folders, over one ledger. */
export function workspaceGuards(state: string, newId: NewId): (profile: SandboxProfile) => WorkspaceGuard {
  mkdirSync(state, { recursive: true, mode: 0o700 })
  const ledger = openLedger(join(state, 'begun'), newId)
  const guards = new Map<string, WorkspaceGuard>()
  return ({ writable }) => {
    const key = JSON.stringify(writable)
    const guard = guards.get(key) ?? createWorkspaceGuard(writable, ledger)
    guards.set(key, guard)
    return guard
  }
}
