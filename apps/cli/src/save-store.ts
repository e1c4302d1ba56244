import { rename } from 'node:fs/promises'

import { type Salvaged, salvageStore } from './salvage-store.ts'
import { openKeptStore } from './store.ts'

/** What was saved of a store on a server. */
export interface SavedStore extends Salvaged {
  /** The new store. */
  readonly file: string
}

/** Saves what is whole of a damaged store on a server in a new file. The server is only read. Fails `lease-held` while an agent runs on the store. */
export async function saveStore(path: string, file: string): Promise<SavedStore> {
  const fresh = `${file}.partial`
  const found = await salvageStore(() => openKeptStore(path), { fresh, strays: `${file}.strays.jsonl` })
  await rename(fresh, file)
  return { ...found, file }
}
