import { type StatWatcher, unwatchFile, watchFile } from 'node:fs'

import type { Milliseconds } from '@keepup/core'

import {
  type ConfigurationOptions,
  type LastGood,
  loadConfiguration,
  type McpConfiguration,
} from './load-configuration.ts'

/** A configuration that is followed. */
export interface WatchedConfiguration extends AsyncDisposable {
  /** As it was read last. */
  readonly current: McpConfiguration
}

/** How a configuration is followed. */
export interface WatchOptions {
  /** Told each time it was read anew, in order, never two at once. */
  readonly changed: (configuration: McpConfiguration) => void | Promise<void>
  /** How often its files are looked at: each second when left out. */
  readonly interval?: Milliseconds
}

/**
 * Reads a configuration and follows its files, also those that are not there yet, by looking at them: that works on every file system and whichever way a file is
 * replaced. A file that is no JSON at that moment keeps the servers that it had. Keeps no process running.
 */
export async function watchConfiguration(
  options: ConfigurationOptions,
  { changed, interval = 1_000 }: WatchOptions,
): Promise<WatchedConfiguration> {
  const lastGood: LastGood = { servers: new Map() }
  const watched = new Map<string, StatWatcher>()
  let current = await loadConfiguration(options, lastGood)
  let running: Promise<void> | undefined
  let again = false
  const ending = new AbortController()

  const reload = async (): Promise<void> => {
    do {
      again = false
      current = await loadConfiguration(options, lastGood)
      follow()
      if (!ending.signal.aborted) await changed(current)
    } while (again && !ending.signal.aborted)
  }
  const notice = (): void => {
    again = true
    running ??= reload().finally(() => (running = undefined))
  }
  const follow = (): void => {
    for (const file of current.files) {
      if (!ending.signal.aborted && !watched.has(file))
        watched.set(file, watchFile(file, { interval, persistent: false }, notice))
    }
  }
  follow()
  return {
    get current() {
      return current
    },
    async [Symbol.asyncDispose]() {
      ending.abort()
      for (const file of watched.keys()) unwatchFile(file, notice)
      await running?.catch(() => undefined)
    },
  }
}
