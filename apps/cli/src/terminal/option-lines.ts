import type { AnswerForm } from '@keepup/core'

import { safeLine } from './safe-text.ts'
import type { Style } from './style.ts'
import { fit } from './width.ts'

/** Longer than any that `ask_user` takes, in columns. */
const mostShown = 1_000

/** The options of a question, numbered from 1, whole: who chooses one by its number says all of its words. */
export function optionLines({ options = [] }: AnswerForm, style: Style): readonly string[] {
  return options.map(
    (option, index) =>
      `  ${style.bold(`${index + 1})`)} ${fit(safeLine(option), mostShown, style.marks.more)}`,
  )
}
