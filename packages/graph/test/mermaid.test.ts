import { describe, expect, it } from 'vitest'

import { graphMermaid, graphState } from '../src/index.ts'
import { readTemplate, templateLabel } from '../src/templates/index.ts'
import { runTemplate, short } from './templates/run-template.ts'

const inner = short({
  name: 'inner',
  nodes: { ask: { kind: 'wait', for: 'person', question: 'Good?' } },
  edges: [
    { from: 'start', to: 'ask' },
    { from: 'ask', to: 'end' },
  ],
})

const template = short({
  channels: { out: {} },
  graphs: { inner },
  nodes: {
    class: { kind: 'set', visits: 2, otherwise: 'review', update: { out: 1 } },
    review: { kind: 'graph', graph: 'inner' },
    nap: { kind: 'wait', for: 'time', within: '1h' },
    last: { kind: 'wait', for: 'signal', signal: 'go' },
  },
  edges: [
    { from: 'start', to: ['class', 'nap'] },
    { from: 'class', to: 'review', when: 'state.out == 1 && "a;b#c`<x>" != "\\"" ' },
    { from: 'class', to: 'class', otherwise: true },
    { from: ['review', 'nap'], to: 'last' },
    { from: 'review', to: 'last', on: 'error' },
    { from: 'last', to: 'end' },
  ],
})

describe('a graph as a flowchart of Mermaid', () => {
  it('shows nodes, graphs within, ways with their conditions, and where a run stands', async () => {
    const loaded = await readTemplate(template)
    const { built, checkpointer, thread } = await runTemplate(template)
    const state = await graphState({ graph: built.graph, checkpointer, thread })
    expect(graphMermaid(built.graph, { state, label: templateLabel(loaded) })).toMatchInlineSnapshot(`
      "flowchart TB
        n0(["start"])
        n1(["end"])
        n2["class"]
        subgraph n3 ["review"]
          n4(["start"])
          n5(["end"])
          n6[/"ask · person"/]
          n4 --> n6
          n6 --> n5
        end
        n7(["nap · time"])
        n8{{"last · signal"}}
        n0 --> n2
        n0 --> n7
        n3 ==> n8
        n7 ==> n8
        n3 -. "error" .-> n8
        n8 --> n1
        n2 -. "state.out == 1 #38;#38; #34;a#59;b#35;c#96;#60;x#62;#34; != #34;#92;#34;#34; " .-> n3
        n2 -. "otherwise" .-> n2
        n2 -. "after 2 visits" .-> n3
        classDef done fill:#d7f0dd,stroke:#2e7d4f,color:#12331f
        classDef waiting fill:#fdf0c8,stroke:#a07400,color:#3d2c00
        class n2 done
        class n7 waiting
      "
    `)
  })

  it('lets no name or condition end its own words', async () => {
    const loaded = await readTemplate(template)
    const { built } = await runTemplate(template)
    const lines = graphMermaid(built.graph, { label: templateLabel(loaded) }).split('\n')
    for (const line of lines) expect((line.match(/"/g) ?? []).length % 2).toBe(0)
    expect(lines.join('\n')).not.toMatch(/[<`&]/)
  })
})
