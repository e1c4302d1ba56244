import type { FoundApproval } from '@keepup/loop'

import type { Said } from './pickers/question.ts'
import type { PickerKind } from './session-state.ts'

/** What a key asks for beyond what it changes on the screen. */
export type Wish =
  | { readonly type: 'send'; readonly text: string }
  | { readonly type: 'interrupt' }
  | { readonly type: 'leave' }
  | { readonly type: 'suspend' }
  | { readonly type: 'clear-screen' }
  | { readonly type: 'next-mode' }
  | { readonly type: 'answer'; readonly found: FoundApproval; readonly said: Said }
  /** All of what the call would change. */
  | { readonly type: 'difference' }
  /** The question stays open, for anybody to answer. */
  | { readonly type: 'leave-open' }
  | { readonly type: 'picked'; readonly kind: PickerKind; readonly value: string }
  /** Another item is chosen: it may be looked at. */
  | { readonly type: 'pointed'; readonly kind: PickerKind; readonly value: string }
