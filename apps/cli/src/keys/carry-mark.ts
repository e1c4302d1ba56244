import { KeepupError } from '@keepup/core'

import type { LockedStore } from '../store.ts'
import type { StoreMark } from './store-mark.ts'

/** Lets a store that takes over what another has stored know by which keys it opens. Fails `keys-required` where it has keys of its own. */
export async function carryMark(from: LockedStore, to: LockedStore): Promise<void> {
  const mark = await from.mark.read()
  if (mark !== undefined) await takeMark(to, mark, from.path)
}

/** The same for what was exported. */
export async function takeMark(to: LockedStore, mark: StoreMark, from: string): Promise<void> {
  const kept = await to.mark.write(mark)
  if (kept.store === mark.store && kept.ring === mark.ring) return
  const message = `what ${from} holds is encrypted under its own keys, and ${to.path} has others`
  throw new KeepupError('keys-required', message, {
    details: { fix: 'name a new store; nothing was copied' },
  })
}
