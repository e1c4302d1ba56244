import { KeepupError } from '@keepup/core'

/** What is told of a file or folder that cannot be written, with what to do. */
export function writeFault(path: string, cause: unknown): KeepupError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
  const isFull = code === 'ENOSPC' || code === 'EDQUOT'
  const fix = isFull ? 'Make room on its disk.' : 'Make it one that you may write.'
  return new KeepupError('configuration-invalid', `${path} cannot be written (${code}). ${fix}`, { cause })
}
