import { KeepupError, type SandboxProfile } from '@keepup/core'

/** What a sandbox must make anew for its programs: opening it would open the machine. */
const ofTheKernel = ['/', '/proc', '/sys', '/dev', '/run']

/** Refuses a profile that would open what no sandbox can hold any more. Fails `not-supported`. */
export function checkProfile({ writable, hosts }: SandboxProfile, mechanism?: string): void {
  const open = writable.find((path) => ofTheKernel.includes(path.replace(/(?!^)\/+$/, '')))
  if (open !== undefined) {
    throw new KeepupError(
      'not-supported',
      `A sandbox cannot let ${open} be written: nothing would be held. Nothing was run. Allow folders below it by name.`,
    )
  }
  if (mechanism === undefined || hosts === 'any' || hosts.length === 0) return
  throw new KeepupError(
    'not-supported',
    `${mechanism} cannot let ${hosts.join(', ')} through and nothing else. Use the sandbox "sandbox-runtime", which filters hosts, or allow no host.`,
  )
}
