import type { TemplateUnit } from '../load/template-unit.ts'
import type { TemplateStep } from '../schema/template-node.ts'
import type { MissingParts, TemplateParts } from './template-parts.ts'

/** What a template and the graphs within need and are not given: its run fails at the nodes that need it. */
export function missingParts(unit: TemplateUnit, parts: TemplateParts = {}): MissingParts {
  const steps = [...stepsOf(unit)]
  const functions = names(steps.map((step) => (step.kind === 'function' ? step.function : undefined)))
  return {
    functions: functions.filter((name) => !Object.hasOwn(parts.functions ?? {}, name)),
    tools:
      parts.runTool === undefined
        ? names(steps.map((step) => (step.kind === 'tool' ? step.tool : undefined)))
        : [],
    agents:
      parts.agent === undefined
        ? names(steps.map((step) => (step.kind === 'agent' ? step.agent : undefined)))
        : [],
    model: parts.model === undefined && steps.some(({ kind }) => kind === 'prompt'),
  }
}

function names(given: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(given)].filter((name) => name !== undefined).toSorted()
}

function* stepsOf(unit: TemplateUnit): Generator<TemplateStep> {
  for (const node of Object.values(unit.template.nodes)) {
    if (node.kind === 'map') yield node.do
    else if (node.kind !== 'set' && node.kind !== 'condition') yield node
  }
  for (const inner of unit.graphs.values()) yield* stepsOf(inner)
}
