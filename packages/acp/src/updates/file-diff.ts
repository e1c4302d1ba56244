import { isAbsolute, join } from 'node:path'

import type { ToolCallContent } from '@agentclientprotocol/sdk'

/** What a view depends on beside the call. */
export interface ViewPlace {
  /** Relative paths start here. */
  readonly folder: string
  /** The text of a file before the call; `null` for one that is not there, `undefined` where it is not known. */
  readonly before: (path: string) => string | null | undefined
}

/** A change of a file; without an old text it is a new one. */
export function diff(path: string, oldText: string | null, newText: string): ToolCallContent {
  return { type: 'diff', path, oldText, newText }
}

/** A path as the editor needs it. */
export function absolute(folder: string, path: string): string {
  return isAbsolute(path) ? path : join(folder, path)
}
