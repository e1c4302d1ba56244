import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

import type { FoundApproval } from '@keepup/loop'

import { type Question, questionOf } from './pickers/question.ts'
import type { SessionState } from './session-state.ts'

/** Files that are larger are not compared with what would be written, in characters. */
const largest = 200_000

/** Puts the first open question where the composer is, unless it stands there already; one that was answered elsewhere goes. Pure but for the file it looks at. */
export function putQuestion(
  state: SessionState,
  questions: readonly FoundApproval[],
  now: number,
  folder: string,
): SessionState {
  const [first] = questions
  const { overlay } = state
  if (first === undefined) return overlay?.type === 'question' ? { ...state, overlay: undefined } : state
  if (overlay !== undefined && overlay.type !== 'question') return state
  const more = questions.length - 1
  if (overlay?.question.found.approval.id === first.approval.id) {
    return { ...state, overlay: { type: 'question', question: { ...overlay.question, more } } }
  }
  const asker = state.view.agents.find(({ agent }) => agent === first.thread)?.role
  const question: Question = questionOf(first, { present: presentOf(first, folder), more, since: now, asker })
  return { ...state, menu: undefined, overlay: { type: 'question', question } }
}

/** What a file has that would be written anew. */
function presentOf({ part: { name, input } }: FoundApproval, folder: string): string {
  const path = typeof input === 'object' && input !== null && 'path' in input ? input['path'] : undefined
  if (name !== 'write' || typeof path !== 'string') return ''
  try {
    const text = readFileSync(resolve(folder, path), 'utf8')
    return text.length > largest ? '' : text
  } catch {
    return ''
  }
}
