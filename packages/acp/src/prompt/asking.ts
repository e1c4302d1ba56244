import type { Transcript } from '../updates/transcript.ts'

/** What a person said to a question. */
export interface Said {
  readonly allow: boolean
  readonly always?: true
  readonly message?: string
}

/** How a question is put. */
export interface Asking {
  readonly transcript: Transcript
  readonly signal: AbortSignal
}
