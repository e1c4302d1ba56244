import type { Composer } from './composer.ts'
import { composerOf } from './composer.ts'

/** What was written before, oldest first, and how far back a person has gone in it. */
export interface PastWords {
  readonly texts: readonly string[]
  /** Which of them is shown; none when left out. */
  readonly at?: number
  /** What was being written when they began to go back. */
  readonly draft: string
}

/** Goes to an older or a newer text; `undefined` where there is none. */
export function goBack(
  past: PastWords,
  composer: Composer,
  by: 1 | -1,
): { readonly past: PastWords; readonly composer: Composer } | undefined {
  const at = (past.at ?? past.texts.length) - by
  if (at < 0 || at > past.texts.length || (past.at === undefined && by === -1)) return undefined
  const draft = past.at === undefined ? composer.text : past.draft
  const text = past.texts[at]
  if (text === undefined)
    return { past: { texts: past.texts, draft: '' }, composer: composerOf(draft, composer) }
  return { past: { texts: past.texts, at, draft }, composer: composerOf(text, composer) }
}

/** Adds a text, unless it is the same as the last. */
export function remember({ texts }: PastWords, text: string): PastWords {
  return { texts: texts.at(-1) === text ? texts : [...texts, text], draft: '' }
}

/** The newest text before `from` that has the words in it. */
export function findPast({ texts }: PastWords, words: string, from = texts.length): number | undefined {
  const wanted = words.toLowerCase()
  const found = texts.findLastIndex((text, index) => index < from && text.toLowerCase().includes(wanted))
  return found < 0 ? undefined : found
}
