import { KeepupError, type SandboxProfile } from '@keepup/core'

/** For sandboxes that have all of the network or none: a list of hosts fails `not-supported`, rather than being widened or narrowed in silence. */
export function refuseHosts(name: string, { hosts }: SandboxProfile): void {
  if (hosts === 'any' || hosts.length === 0) return
  throw new KeepupError(
    'not-supported',
    `${name} cannot let ${hosts.join(', ')} through and nothing else. Use the sandbox "sandbox-runtime", which filters hosts, or allow no host.`,
  )
}
