import type { RunQueue } from '@keepup/cluster'

import type { CommandLine } from '../command-line.ts'
import type { StoreFlags } from '../routes/thread-routes.ts'
import { flagTexts } from '../settings/flag-texts.ts'
import { resolveSettings } from '../settings/resolve-settings.ts'
import { openExistingStore, openStore, placeOf, type Store } from '../store.ts'

/** A store and the queue of its runs. Disposing of it closes both. */
export interface OpenCluster extends AsyncDisposable {
  readonly store: Store
  readonly queue: RunQueue
}

/** Opens the queue of the store that the flags name; `missing` says what becomes of a store that is not there. */
export async function openCluster(
  { host }: CommandLine,
  flags: StoreFlags,
  missing: 'make' | 'refuse' = 'refuse',
): Promise<OpenCluster> {
  const { environment, workingDirectory: here } = host
  const { settings } = resolveSettings({ flags: flagTexts(flags), environment, here, folder: here })
  const place = placeOf(settings, environment)
  return withQueue(await (missing === 'make' ? openStore(place) : openExistingStore(place)))
}

/** Opens the queue of an opened store. */
export async function withQueue(store: Store): Promise<OpenCluster> {
  try {
    const queue = await store.runQueue()
    return {
      store,
      queue,
      [Symbol.asyncDispose]: async () => {
        await queue[Symbol.asyncDispose]()
        await store[Symbol.asyncDispose]()
      },
    }
  } catch (error) {
    await store[Symbol.asyncDispose]()
    throw error
  }
}
