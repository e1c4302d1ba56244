import type { Label } from './label.ts'

/** How an answer may look. */
export interface AnswerForm {
  /** What there is to choose from, each in one line. Other words are an answer too. */
  readonly options?: readonly string[]
  /** Several may be chosen: the answer names each in a line of its own. */
  readonly multiple?: boolean
}

/** A question that a call puts to a person before it is run. */
export interface PersonQuestion extends AnswerForm {
  readonly text: string
}

/** What a person answered, and how far the words can be trusted to be theirs. */
export interface PersonAnswer {
  /** Empty where they left it open. */
  readonly text: string
  readonly label: Label
}
