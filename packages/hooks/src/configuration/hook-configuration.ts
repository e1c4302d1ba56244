import type { CommandHook } from '../command-hook.ts'

/** What a configuration holds. */
export interface HookConfiguration {
  readonly hooks: readonly CommandHook[]
  /** What a person should know of it: moments that never come, options that do nothing here. */
  readonly warnings: readonly string[]
}

/** How a configuration is read. */
export interface ReadOptions {
  /** What names and warnings call it: its file. */
  readonly source?: string
}
