import type { JsonPointer, JsonValue } from '@keepup/core'

import type { FileReport } from './file-report.ts'

/** Where a value stands, for those who read it. */
export interface FieldPlace {
  readonly report: FileReport
  readonly pointer: JsonPointer
}

/** Takes a value over into what is being made. */
export type ReadField<Draft> = (value: JsonValue, draft: Draft, at: FieldPlace) => void

/** One field of a format: what it is called there, and where it goes. The tables of the documentation are made of these. */
export interface Field<Draft> {
  readonly field: string
  /** What it becomes here; left out where nothing here is like it. */
  readonly ours?: string
  /** What becomes of it; why not, where it is not followed. */
  readonly note?: string
  readonly required?: boolean
  /** Left out where it is not followed: it is told then, and kept in `metadata`. */
  readonly read?: ReadField<Draft>
}
