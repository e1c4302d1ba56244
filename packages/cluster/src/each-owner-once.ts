import type { Owner } from '@keepup/core'

/** Asks of each owner once whether it is dead: that looks at the system's table of processes, and a worker has many claims. */
export function eachOwnerOnce(isOwnerDead: (owner: Owner) => boolean): (owner: Owner) => boolean {
  const known = new Map<string, boolean>()
  return (owner) => {
    const name = JSON.stringify(owner)
    const found = known.get(name) ?? isOwnerDead(owner)
    known.set(name, found)
    return found
  }
}
