import type { CredentialStore } from './credential-store.ts'

/**
 * A store whose writes outlast trouble: what could not be written stays in memory, is read from there, and is written as soon as that works. An issuer gives a rotated
 * token once, so a full disk must not lose it. `report` is told each time.
 */
export function outlasting(store: CredentialStore, report: (cause: unknown) => void): CredentialStore {
  const unwritten = new Map<string, string>()
  const write = async (key: string, value: string): Promise<void> => {
    try {
      await store.write(key, value)
      unwritten.delete(key)
    } catch (error) {
      unwritten.set(key, value)
      report(error)
    }
  }
  return {
    read: async (key) => {
      const kept = unwritten.get(key)
      if (kept === undefined) return store.read(key)
      await write(key, kept)
      return kept
    },
    write,
    remove: (key) => {
      unwritten.delete(key)
      return store.remove(key)
    },
    exclusive: (key, work, signal) => store.exclusive(key, work, signal),
  }
}
