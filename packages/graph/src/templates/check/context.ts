import type { JsonValue } from '@keepup/core'

import type { CheckExpression } from '../expression/check-expression.ts'
import type { ReadExpression } from '../expression/expression.ts'
import { unknownType, type ValueType, valueType } from '../expression/value-type.ts'
import type { TemplateUnit } from '../load/template-unit.ts'
import type { TemplateChannel } from '../schema/template.ts'
import type { Problem } from '../source/problem.ts'
import { pointerOf } from '../source/source.ts'

/** What the checks of one template share. */
export interface CheckContext {
  readonly unit: TemplateUnit
  /** Nodes that exist, those that could not be read too. */
  readonly nodes: ReadonlySet<string>
  readonly state: Readonly<Record<string, ValueType>>
  readonly input: Readonly<Record<string, ValueType>>
  readonly read: ReadExpression
  readonly check: CheckExpression
  /** Notes a problem at a path within the template. */
  readonly note: (path: readonly PropertyKey[], problem: string, fix: string, options?: NoteOptions) => void
  readonly problems: Problem[]
}

interface NoteOptions {
  readonly severity?: 'error' | 'warning'
  /** It is the name there that is wrong, not its value. */
  readonly key?: boolean
  /** A character of the text there. */
  readonly at?: number
}

/** Begins the checks of a template. */
export function checkContext(
  unit: TemplateUnit,
  { read, check }: Pick<CheckContext, 'read' | 'check'>,
): CheckContext {
  const { template, source, base } = unit
  const problems: Problem[] = []
  return {
    unit,
    read,
    check,
    problems,
    nodes: new Set([...Object.keys(template.nodes), ...unit.broken]),
    state: mapValues(template.channels ?? {}, channelType),
    input: mapValues(template.parameters ?? {}, (parameter) =>
      parameter.default === null ? unknownType : valueType(parameter.schema),
    ),
    note(path, problem, fix, { severity = 'error', ...place } = {}) {
      const pointer = pointerOf([...base, ...path])
      problems.push({ ...source.place(pointer, place), severity, pointer, problem, fix })
    },
  }
}

/** What is known of a channel's value: nothing where it begins as null. */
function channelType({ schema, reducer, initial }: TemplateChannel): ValueType {
  const begins: JsonValue | undefined =
    initial === undefined && reducer !== undefined && reducer !== 'last' ? '' : initial
  return begins === undefined || begins === null ? unknownType : valueType(schema)
}

function mapValues<Value, Result>(
  values: Readonly<Record<string, Value>>,
  change: (value: Value) => Result,
): Readonly<Record<string, Result>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]))
}
