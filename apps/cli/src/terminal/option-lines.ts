import type { AnswerForm } from '@keepup/core'

import { safeText } from './safe-text.ts'
import type { Style } from './style.ts'
import { fit } from './width.ts'

/** The options of a question, numbered from 1, a line each. */
export function optionLines({ options = [] }: AnswerForm, style: Style, width: number): readonly string[] {
  const room = Math.max(20, width - 8)
  return options.map(
    (option, index) => `  ${style.bold(`${index + 1})`)} ${fit(safeText(option), room, style.marks.more)}`,
  )
}
