import type { Owner } from '@keepup/core'

import { operatingSystem, type OperatingSystem } from './operating-system.ts'

/**
 * Names this process and one holder in it. On Linux and macOS the name is unique over boots, process namespaces and reused process ids; elsewhere it
 * is a best effort that nobody will take for dead.
 */
export function currentOwner(instance: string, system: OperatingSystem = operatingSystem()): Owner {
  return {
    host: system.host(),
    boot: system.boot(),
    process: process.pid,
    started: system.started(process.pid) ?? '',
    instance,
  }
}

/**
 * Whether the process is dead beyond doubt: it ran in this boot and process namespace of this host, and its id is unused, reused by a process
 * with another start, or held by a zombie. Anything that cannot be told is `false`; then the lease has to expire.
 */
export function isOwnerDead(owner: Owner, system: OperatingSystem = operatingSystem()): boolean {
  if (owner.boot === '' || owner.boot !== system.boot() || owner.host !== system.host()) return false
  if (!Number.isSafeInteger(owner.process) || owner.process <= 0) return false
  if (!system.exists(owner.process)) return true
  const started = system.started(owner.process)
  if (started === undefined || owner.started === '') return false
  return started === 'zombie' || started !== owner.started
}
