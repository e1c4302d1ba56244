import { createMailboxes, type Mailboxes } from '@keepup/a2a'

import type { CommandLine } from '../command-line.ts'
import type { StoreFlags } from '../routes/thread-routes.ts'
import { flagTexts } from '../settings/flag-texts.ts'
import { resolveSettings } from '../settings/resolve-settings.ts'
import { openStore, openStoreIfAny, placeOf, type StorePlace } from '../store.ts'

/** The mailboxes of a store, and what closes both. */
export interface OpenMail extends AsyncDisposable {
  readonly mail: Mailboxes
}

/** Opens the mailboxes of the store that the flags name, making it where it is missing: somebody will serve what is sent. */
export async function openMail(line: CommandLine, flags: StoreFlags): Promise<OpenMail> {
  return over(line, await openStore(storePlaceOf(line, flags)))
}

/** Opens the mailboxes of a store that is there; `undefined` where it is not: looking must not make one. */
export async function openMailIfAny(line: CommandLine, flags: StoreFlags): Promise<OpenMail | undefined> {
  const store = await openStoreIfAny(storePlaceOf(line, flags))
  return store === undefined ? undefined : over(line, store)
}

/** The store that the flags, the settings and the environment name. */
export function storePlaceOf({ host }: CommandLine, flags: StoreFlags): StorePlace {
  const { environment, workingDirectory: here } = host
  const { settings } = resolveSettings({ flags: flagTexts(flags), environment, here, folder: here })
  return placeOf(settings, environment)
}

function over({ host }: CommandLine, store: Awaited<ReturnType<typeof openStore>>): OpenMail {
  // Whoever sends goes at once: what it was told must outlive more than this process.
  const mail = createMailboxes({ checkpointer: store.checkpointer, clock: host.clock, flush: 'power' })
  return {
    mail,
    [Symbol.asyncDispose]: async () => {
      await mail[Symbol.asyncDispose]()
      await store[Symbol.asyncDispose]()
    },
  }
}
