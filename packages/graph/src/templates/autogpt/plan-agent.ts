import type { JsonValue } from '@keepup/core'

import type { Template } from '../schema/template.ts'
import { slugOf } from './block-name.ts'
import type { BlockPlan, PlannedBlock } from './block-plan.ts'
import { literalValue } from './cel-text.ts'
import type { ImportSession } from './import-session.ts'
import { missingPlan } from './plan-function.ts'

/** Agent Executor: a graph within, where the export holds it. */
export function planAgent(
  block: PlannedBlock,
  session: ImportSession,
  graphs: Record<string, Template>,
): BlockPlan {
  const { name, inputs, node } = block
  const { graph_id: id, agent_name: agent } = node.input_default
  const converted = typeof id === 'string' ? session.graph(id) : undefined
  if (converted === undefined) {
    const title = typeof agent === 'string' && agent !== '' ? agent : JSON.stringify(id ?? null)
    return missingPlan(
      block,
      `agent_${slugOf(title).slice(0, 60)}`,
      `runs the agent "${title}", which the export does not hold`,
    )
  }
  graphs[converted.template.name] = converted.template
  const given = givenInputs(node.input_default['inputs'])
  const linked = Object.entries(inputs).filter(([pin]) => !Object.hasOwn(node.input_default, pin))
  const values = new Map<string, JsonValue>([
    ...Object.entries(given).map(([pin, value]) => [pin, literalValue(value)] as const),
    ...linked,
  ])
  const known = [...values].filter(([pin]) => converted.parameters.has(pin))
  const unknown = [...values.keys()].filter((pin) => !converted.parameters.has(pin))
  const lacking = [...converted.parameters].filter(
    ([pin, parameter]) =>
      !values.has(pin) && converted.template.parameters?.[parameter]?.default === undefined,
  )
  return {
    node: {
      kind: 'graph',
      graph: converted.template.name,
      with: {
        ...Object.fromEntries(known.map(([pin, value]) => [converted.parameters.get(pin) ?? pin, value])),
        ...Object.fromEntries(lacking.map(([, parameter]) => [parameter, null])),
      },
      update: { [name]: '{{ result }}' },
    },
    as: `graph ${converted.template.name}`,
    certain: [],
    notes: [
      ...unknown.map((pin) => `gives "${pin}", which the graph does not take`),
      ...lacking.map(([pin]) => `does not give "${pin}", which the graph needs`),
    ],
  }
}

function givenInputs(value: JsonValue | undefined): Readonly<Record<string, JsonValue>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, JsonValue>>) // the check loses that it is no list
    : {}
}
