import type { Label } from '@keepup/core'

/**
 * What another agent says: text of anybody, with `a2a:NAME` as its source, where the name is the host of a remote agent or what authentication says of a caller.
 * It is data for whoever reads it and never the word of a user.
 */
export function peerLabel(name: string): Label {
  const short = name.toLowerCase().replaceAll(/[^a-z0-9.:_@-]+/g, '-')
  return {
    integrity: 'free-text',
    sources: [`a2a:${short.slice(0, 120) || 'unknown'}`],
    readers: 'anyone',
    confidential: false,
  }
}
