import type { JsonPointer } from '@keepup/core'

import type { Evidence } from './evidence.ts'

/** The rules that can find something. */
export type RuleName =
  | 'authority'
  | 'undeclared'
  | 'active-token'
  | 'quotation'
  | 'title'
  | 'effect'
  | 'confidential'
  | 'amount'
  | 'egress'
  | 'tool'
  | 'program'

/** Why a call does not run by itself. */
export interface Finding {
  readonly rule: RuleName
  /** What of the call it is about, where that is not the tool itself: `git push`. */
  readonly deed?: string
  /** In a sentence, for a person. */
  readonly text: string
  /** The argument, where one is the reason. */
  readonly pointer?: JsonPointer
  /** The value in question, where it is not the whole argument. */
  readonly value?: string
  readonly evidence?: readonly Evidence[]
}
