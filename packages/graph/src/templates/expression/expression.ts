import { type JsonObject, type JsonValue, KeepupError } from '@keepup/core'

import { describeError } from './describe-error.ts'
import { expressionLanguage } from './expression-language.ts'
import { meteredExpression } from './metered-expression.ts'
import { plainValue } from './plain-value.ts'

/** The longest expression, in characters. */
const longestExpression = 4_000

/** How many rounds of comprehensions an evaluation may take. */
const mostSteps = 100_000

/** What names stand for while an expression is evaluated. */
export type Variables = JsonObject

/** An expression of a template, ready to be evaluated. */
export interface Expression {
  readonly text: string
  /**
   * Its value. Pure: it sees the variables alone, and ends after 100,000 rounds of comprehensions at the latest.
   *
   * @throws KeepupError `input-invalid`, naming the expression and what went wrong
   */
  evaluate(variables: Variables): JsonValue
}

/** Why a text is no expression that templates allow, what to do, and at which character of it. */
export interface ExpressionFault {
  readonly problem: string
  readonly fix: string
  readonly at: number
}

/** Reads expressions. Keep one reader: making one is slow. */
export type ReadExpression = (text: string) => Expression | ExpressionFault

/** A reader of expressions in CEL, as templates have it. */
export function expressionReader(): ReadExpression {
  let left = 0
  const language = expressionLanguage(() => {
    left -= 1
    if (left >= 0) return
    throw new KeepupError(
      'input-invalid',
      `it takes more than ${mostSteps} rounds. Use a function node for it.`,
    )
  }, true)
  return (text) => {
    if (text.length > longestExpression) {
      return { problem: `has ${text.length} characters`, fix: `keep it under ${longestExpression}`, at: 0 }
    }
    try {
      const { text: metered, refusal } = meteredExpression(text, language.parse(text).ast)
      if (refusal !== undefined) return refusal
      const run: (variables: Variables) => unknown = language.parse(metered)
      const evaluate = (variables: Variables): JsonValue => {
        left = mostSteps
        return evaluated(text, () => plainValue(run(variables)))
      }
      return { text, evaluate }
    } catch (error) {
      const { summary, at } = describeError(error)
      return { problem: `is no expression: ${summary}`, fix: 'correct it; the language is CEL', at }
    }
  }
}

/** Whether the text could be read. */
export function isExpression(read: Expression | ExpressionFault): read is Expression {
  return 'evaluate' in read
}

function evaluated(text: string, evaluate: () => JsonValue): JsonValue {
  try {
    return evaluate()
  } catch (error) {
    const shown = text.length > 200 ? `${text.slice(0, 197)}...` : text
    throw new KeepupError(
      'input-invalid',
      `the expression ${shown} failed: ${describeError(error).summary}`,
      {
        cause: error,
        details: { expression: text },
      },
    )
  }
}
