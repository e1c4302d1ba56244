import type { Owner } from '@keepup/core'

/** An owner as text: equal owners give equal text. */
export function ownerText({ host, boot, process, started, instance }: Owner): string {
  return JSON.stringify([host, boot, process, started, instance])
}

/**
 * The inverse of {@link ownerText}. Never throws: one damaged row must not hide every other thread. An owner that cannot be read is one that nobody can prove dead, so
 * that its lease has to expire.
 */
export function parseOwner(text: string): Owner {
  const [host, boot, process, started, instance] = readParts(text)
  if (
    typeof host !== 'string' ||
    typeof boot !== 'string' ||
    typeof process !== 'number' ||
    typeof started !== 'string' ||
    typeof instance !== 'string'
  )
    return { host: 'unreadable', boot: '', process: 0, started: '', instance: '' }
  return { host, boot, process, started, instance }
}

function readParts(text: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(text)
    return Array.isArray(parts) ? parts : []
  } catch {
    return []
  }
}
