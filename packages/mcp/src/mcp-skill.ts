import type { JsonObject } from '@keepup/core'

/** A skill that a server offers (SEP-2640), as its list names it: its files with sizes and digests are in `raw`. */
export interface SkillEntry {
  /** Of its `SKILL.md`. */
  readonly uri: string
  readonly name: string
  readonly description: string
  readonly raw: JsonObject
}

/** A file of a skill. */
export interface SkillFile {
  readonly uri: string
  readonly mediaType?: string
  readonly bytes: Uint8Array
  /** Whether size and digest were those of the list. Not for skills that are made anew each time. */
  readonly verified: boolean
}
