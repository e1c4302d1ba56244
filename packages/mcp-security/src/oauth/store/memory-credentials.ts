import type { CredentialStore } from './credential-store.ts'
import { inTurn } from './in-turn.ts'

/** Keeps credentials for as long as the process lives. */
export function memoryCredentials(): CredentialStore {
  const values = new Map<string, string>()
  const turns = inTurn()
  return {
    read: (key) => Promise.resolve(values.get(key)),
    write: async (key, value) => void values.set(key, value),
    remove: async (key) => void values.delete(key),
    exclusive: (key, work, signal) => turns(key, work, signal),
  }
}
