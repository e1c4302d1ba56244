import { KeepupError } from '@keepup/core'

/** What erasing and pruning meet where forks depend on it. */
export function hasForks(thread: string): KeepupError {
  return new KeepupError(
    'thread-has-forks',
    `Forks depend on thread ${thread}. Erase them first, or cascade.`,
  )
}

/** Fails where a thread cannot have that name. */
export function checkName(name: string): void {
  // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
  if (!/^[^\u0000-\u001f\u007f]{1,200}$/.test(name))
    throw new KeepupError('input-invalid', 'That is no name for a thread.')
}
