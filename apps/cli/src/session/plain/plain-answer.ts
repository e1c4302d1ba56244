import type { AnswerForm } from '@keepup/core'

import { answerWords } from '../../answer-words.ts'
import type { Said } from '../pickers/question.ts'

/** What a typed line says to a question: yes, always or no; other words are a no that says what to do instead, or the answer where words were asked for. Nothing is no answer. */
export function plainAnswer(typed: string, wants: AnswerForm | undefined): Said | undefined {
  const line = typed.trim()
  if (line === '') return undefined
  if (wants !== undefined) return { allow: true, message: answerWords(line, wants) }
  if (/^(?:y|yes)$/i.test(line)) return { allow: true }
  if (/^(?:a|always)$/i.test(line)) return { allow: true, always: true }
  const [, reason = ''] = /^(?:n|no)\b[\s,:]*([^]*)$/i.exec(line) ?? [line, line]
  return { allow: false, ...(reason === '' ? {} : { message: reason }) }
}
