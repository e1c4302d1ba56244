import { KeepupError } from '@keepup/core'

const least = [22, 18] as const

/**
 * Refuses a Node.js that the native part of SQLite does not run on: older ones end with a segmentation fault instead of an error.
 * Fails `node-too-old`, naming both versions and the way out.
 */
export function requireNode(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > least[0] || (major === least[0] && minor >= least[1])) return
  throw new KeepupError(
    'node-too-old',
    `SQLite needs Node.js ${least.join('.')} or newer; this is ${version}. Install a newer Node.js (https://nodejs.org) and run it again.`,
    { details: { version, least: least.join('.') } },
  )
}
