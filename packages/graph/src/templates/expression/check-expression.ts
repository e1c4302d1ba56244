import type { Environment } from '@marcbachmann/cel-js'

import { describeError } from './describe-error.ts'
import { expressionLanguage } from './expression-language.ts'
import type { ExpressionFault } from './expression.ts'
import type { ValueType } from './value-type.ts'

/** What an expression gives, as far as that is known, or why it can only fail. */
export type CheckedExpression = { readonly type: string } | ExpressionFault

/** Checks the types of an expression against what is known of the names in it. */
export type CheckExpression = (text: string, names: Readonly<Record<string, ValueType>>) => CheckedExpression

/** A checker of types. It remembers the environments it made, for expressions that see the same names. */
export function expressionChecker(): CheckExpression {
  const parent = expressionLanguage(() => {}, false)
  const environments = new Map<string, Environment>()
  return (text, names) => {
    const key = JSON.stringify(names)
    const environment = environments.get(key) ?? declare(parent.clone(), names)
    environments.set(key, environment)
    const { valid, type, error } = environment.check(text)
    if (valid) return { type: (type ?? 'dyn').replaceAll('$', '') }
    return faultOf(error, names)
  }
}

function declare(environment: Environment, names: Readonly<Record<string, ValueType>>): Environment {
  for (const [name, type] of Object.entries(names)) {
    if (typeof type === 'string') environment.registerVariable(name, type)
    else environment.registerVariable({ name, schema: type })
  }
  return environment
}

function faultOf(error: unknown, names: Readonly<Record<string, ValueType>>): ExpressionFault {
  const { summary, at } = describeError(error)
  return { problem: summary, fix: advice(summary, names), at }
}

function advice(summary: string, names: Readonly<Record<string, ValueType>>): string {
  if (summary.startsWith('Unknown variable')) return `the names here are ${Object.keys(names).join(', ')}`
  if (summary.startsWith('No such key')) return 'name a field that is declared'
  if (summary.includes('overload')) return 'convert with string(), double() or int(), or wrap it in dyn()'
  if (summary.includes('Ternary')) return 'give both branches one type: 1.0 beside 2.5, or dyn() around them'
  return 'correct the expression; the language is CEL'
}
