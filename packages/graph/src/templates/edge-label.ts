import type { TemplateUnit } from './load/template-unit.ts'

/** Words for the ways of a template's graph: the conditions that lead along them. For `graphMermaid`. */
export function templateLabel(
  unit: TemplateUnit,
): (from: string, to: string, within: string) => string | undefined {
  return (from, to, within) => {
    const inner = within
      .split('/')
      .filter((name) => name !== '')
      .reduce<TemplateUnit | undefined>(
        (at, node) => (at === undefined ? undefined : graphAt(at, node)),
        unit,
      )
    return inner === undefined ? undefined : labelOf(inner, plain(from), plain(to))
  }
}

/** The graph that a node runs. */
function graphAt(unit: TemplateUnit, name: string): TemplateUnit | undefined {
  const node = unit.template.nodes[plain(name)]
  const step = node?.kind === 'map' ? node.do : node
  return step?.kind === 'graph' ? unit.graphs.get(step.graph) : undefined
}

function labelOf({ template }: TemplateUnit, from: string, to: string): string | undefined {
  const node = template.nodes[from]
  if (node?.kind === 'condition') return node.cases.find((each) => each.to === to)?.when ?? 'else'
  const edge = template.edges.find(
    (each) => [each.from].flat().includes(from) && [each.to].flat().includes(to) && each.on !== 'error',
  )
  return edge?.otherwise === true ? 'otherwise' : edge?.when
}

/** A map's nodes go by its name. */
function plain(name: string): string {
  return name.replace(/\.(each|done)$/, '')
}
