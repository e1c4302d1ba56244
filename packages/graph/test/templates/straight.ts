import type { TemplateEdge } from '../../src/templates/index.ts'

/** The edges of a template whose nodes follow each other. */
export function straight(...nodes: readonly string[]): readonly TemplateEdge[] {
  return [
    { from: 'start', to: nodes[0] ?? 'end' },
    ...nodes.map((from, index) => ({ from, to: nodes[index + 1] ?? 'end' })),
  ]
}
