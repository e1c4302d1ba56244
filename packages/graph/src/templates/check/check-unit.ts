import { expressionChecker } from '../expression/check-expression.ts'
import { expressionReader } from '../expression/expression.ts'
import type { ReadUnit, TemplateUnit } from '../load/template-unit.ts'
import type { Problem } from '../source/problem.ts'
import { checkExpressions } from './check-expressions.ts'
import { checkFlow } from './check-flow.ts'
import { checkNames } from './check-names.ts'
import { checkNodeSchemas, checkState } from './check-state.ts'
import { type CheckContext, checkContext } from './context.ts'

/** Everything that is wrong with a template and the graphs within, in the order of the places. */
export function checkUnit({ unit, problems }: ReadUnit): readonly Problem[] {
  const tools = { read: expressionReader(), check: expressionChecker() }
  return sorted([...problems, ...unitProblems(unit, tools)])
}

function unitProblems(unit: TemplateUnit, tools: Pick<CheckContext, 'read' | 'check'>): readonly Problem[] {
  const context = checkContext(unit, tools)
  checkNames(context)
  checkFlow(context)
  checkState(context)
  checkNodeSchemas(context)
  checkExpressions(context)
  const within = [...unit.graphs.values()].flatMap((inner) => unitProblems(inner, tools))
  return [...context.problems, ...within]
}

function sorted(problems: readonly Problem[]): readonly Problem[] {
  const once = new Map(problems.map((problem) => [JSON.stringify(problem), problem]))
  return [...once.values()].toSorted(
    (one, other) =>
      one.file.localeCompare(other.file) ||
      (one.line ?? 0) - (other.line ?? 0) ||
      (one.column ?? 0) - (other.column ?? 0),
  )
}
