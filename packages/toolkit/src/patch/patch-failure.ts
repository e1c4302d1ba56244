import { KeepupError } from '@keepup/core'

/** Why a patch cannot be applied. It is found out before anything is written. */
export function patchFailure(reason: string): KeepupError {
  return new KeepupError('tool-failed', `${reason} Nothing of the patch was done.`)
}
