import type { Owner } from '@keepup/core'

/** The record of this process, as the fake tells processes apart. */
export function currentOwner(instance: string): Owner {
  return { host: 'here', boot: '', process: process.pid, started: '', instance }
}

/** Whether a process of this host is gone. */
export function isOwnerDead({ host, process: pid }: Owner): boolean {
  if (host !== 'here') return false
  try {
    process.kill(pid, 0)
    return false
  } catch {
    return true
  }
}
