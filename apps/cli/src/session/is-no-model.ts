import { KeepupError } from '@keepup/core'

/** Whether something failed because there is no model, or no key for it: then a person is helped to one. */
export function isNoModel(error: unknown): boolean {
  return KeepupError.is(error, 'model-unknown') || KeepupError.is(error, 'model-key-missing')
}
