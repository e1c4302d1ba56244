import type { Timestamp } from '@keepup/core'

import { type Composer, emptyComposer } from './composer/composer.ts'
import type { Menu, Sources } from './composer/menu.ts'
import type { PastWords } from './composer/past-words.ts'
import type { Picker } from './pickers/picker.ts'
import type { Question } from './pickers/question.ts'
import type { SessionFacts } from './view/footer.ts'
import { emptyView, type SessionView } from './view/session-view.ts'

/** What stands where the composer would be. */
export type Overlay =
  | { readonly type: 'question'; readonly question: Question }
  | { readonly type: 'picker'; readonly kind: PickerKind; readonly picker: Picker }
  /** Words that are looked for in what was written before, and where they were found. */
  | { readonly type: 'search'; readonly words: string; readonly at?: number }

/** What is picked. */
export type PickerKind = 'model' | 'position' | 'rewind' | 'thread'

/** What a person sees and writes: everything that is drawn, without a terminal. */
export interface SessionState {
  readonly view: SessionView
  readonly facts: SessionFacts
  readonly composer: Composer
  readonly menu?: Menu | undefined
  readonly sources: Sources
  readonly past: PastWords
  readonly overlay?: Overlay | undefined
  /** What a person must know just now. */
  readonly hint: string
  /** A key that does more when it is pressed again by then. */
  readonly armed?: { readonly key: 'leave' | 'rewind'; readonly until: Timestamp } | undefined
}

/** A session in which nothing was done yet. */
export function emptySession(facts: SessionFacts, past: PastWords): SessionState {
  return {
    view: emptyView,
    facts,
    composer: emptyComposer,
    sources: { commands: [], files: [] },
    past,
    hint: '',
  }
}
