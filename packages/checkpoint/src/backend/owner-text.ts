import type { Owner } from '@keepup/core'

/** An owner as text: equal owners give equal text. */
export function ownerText({ host, boot, process, started, instance }: Owner): string {
  return JSON.stringify([host, boot, process, started, instance])
}

/** The inverse of {@link ownerText}. */
export function parseOwner(text: string): Owner {
  // Only `ownerText` writes what this reads.
  const [host, boot, process, started, instance] = JSON.parse(text) as [
    string,
    string,
    number,
    string,
    string,
  ]
  return { host, boot, process, started, instance }
}
