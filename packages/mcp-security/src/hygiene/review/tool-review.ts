import type { Hash, JsonObject } from '@keepup/core'

import type { Finding } from './finding.ts'
import type { OtherServer } from './shadowing-judge.ts'

/** What a server lists, and who else is there. */
export interface ToolListing {
  readonly server: string
  /** What makes it the same server in another run: its name and where it is configured, say. The server's name when left out. */
  readonly identity?: string
  /** As the server sent them. */
  readonly tools: readonly JsonObject[]
  readonly others?: readonly OtherServer[]
}

/** A tool as models may be shown it. */
export interface ShownTool {
  readonly raw: JsonObject
  /** Every word of the server about it, as everybody sees it. */
  readonly words: string
  /** Makes a marked span of some of these words. */
  readonly mark: (words: string) => string
  /** All these words within a marked span. */
  readonly description: string
  /** Without a word of the server. */
  readonly inputSchema: JsonObject
  /** What arguments are checked by: as the server gave it, without parameters that nobody is shown. */
  readonly checked: JsonObject
  readonly notes: readonly Finding[]
}

/** A tool that is kept from models, and why: with what a person must do. */
export interface WithheldTool {
  readonly raw: JsonObject
  readonly reason: string
}

/** What came of a review. */
export interface ReviewedTools {
  readonly shown: readonly ShownTool[]
  readonly withheld: readonly WithheldTool[]
}

/** What a person is asked: may this tool be as it is now? */
export interface PendingTool {
  readonly server: string
  readonly identity: string
  readonly tool: string
  /** `returned`: it was gone, and is as it was. `suspicious`: it did not change, but something about it is odd now. */
  readonly change: 'added' | 'changed' | 'renamed' | 'removed' | 'returned' | 'suspicious'
  /** The pin that is approved with it, and nothing else. */
  readonly digest: Hash
  readonly findings: readonly Finding[]
  /** All that there is to see, a line each, without anything hidden. */
  readonly diff: readonly string[]
}
