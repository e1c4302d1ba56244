import type { JsonValue } from '@keepup/core'

/** Where pins outlive the process: for one person, outside of any project, where no agent writes. */
export interface PinStore {
  /** What is kept under a key; `undefined` where nothing is. Rejects where it cannot be read: then nothing is let pass. */
  read(key: string): Promise<JsonValue | undefined>
  /** Keeps a value, whole or not at all. With `fresh` only where nothing is there yet; false where something was. */
  write(key: string, value: JsonValue, options: { readonly fresh: boolean }): Promise<boolean>
}

/** Pins for as long as the process. */
export function memoryPins(): PinStore {
  const values = new Map<string, JsonValue>()
  return {
    read: async (key) => values.get(key),
    async write(key, value, { fresh }) {
      if (fresh && values.has(key)) return false
      values.set(key, value)
      return true
    },
  }
}
