import { Environment } from '@marcbachmann/cel-js'

import { linearPattern } from './linear-pattern.ts'
import { plainValue } from './plain-value.ts'

/** The most nodes that an expression may have, and how deep they may lie. */
const limits = {
  maxAstNodes: 2_000,
  maxDepth: 64,
  maxListElements: 1_000,
  maxMapEntries: 1_000,
  maxCallArguments: 16,
}

/** The name of the function that counts steps; no expression can be written with it. */
export const stepFunction = 'count_step'

/**
 * CEL (cel-spec) as templates have it: numbers of JSON are `double`, so that `double` and `int` may be mixed; `replace`, `search` (RE2), `sum`, `json`
 * and `parse_json` are added. `countStep` is called once for each round of `map`, `filter`, `all`, `exists` and `exists_one`.
 */
export function expressionLanguage(countStep: () => void, anyVariable: boolean): Environment {
  const language = new Environment({
    unlistedVariablesAreDyn: anyVariable,
    homogeneousAggregateLiterals: false,
    enableOptionalTypes: true,
    limits,
  })
  for (const [operator, calculate] of Object.entries(calculations)) {
    language.registerOperator(`double ${operator} int`, calculate)
    language.registerOperator(`int ${operator} double`, calculate)
  }
  language.registerOperator('double % double', calculations['%'])
  language.registerOperator('double == int', (one: number, other: bigint) => one === Number(other))
  language.registerFunction(
    'string.replace(string, string): string',
    (text: string, old: string, fresh: string) => text.replaceAll(old, () => fresh),
  )
  language.registerFunction('string.search(string): bool', (text: string, pattern: string) =>
    linearPattern(pattern).found(text),
  )
  language.registerFunction('list<dyn>.sum(): double', (items: readonly unknown[]) =>
    items.reduce<number>((sum, item) => sum + Number(item), 0),
  )
  language.registerFunction('json(dyn): string', (value: unknown) => JSON.stringify(plainValue(value)))
  language.registerFunction('parse_json(string): dyn', (text: string): unknown => JSON.parse(text))
  language.registerFunction(`${stepFunction}(): int`, () => {
    countStep()
    return 0n
  })
  return language
}

const calculations = {
  '+': (one: number | bigint, other: number | bigint) => Number(one) + Number(other),
  '-': (one: number | bigint, other: number | bigint) => Number(one) - Number(other),
  '*': (one: number | bigint, other: number | bigint) => Number(one) * Number(other),
  '/': (one: number | bigint, other: number | bigint) => Number(one) / Number(other),
  '%': (one: number | bigint, other: number | bigint) => Number(one) % Number(other),
} as const
