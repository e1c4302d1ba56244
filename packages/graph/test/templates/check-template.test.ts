import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, describe, expect, it } from 'vitest'

import { checkTemplate, loadTemplate, problemLine, readTemplate } from '../../src/templates/index.ts'
import { short } from './run-template.ts'
import { straight } from './straight.ts'

const folder = mkdtempSync(join(tmpdir(), 'keepup-templates-'))
afterAll(() => rmSync(folder, { recursive: true }))

let files = 0

/** Writes a file and gives the lines of what is wrong with it, without its path. */
async function check(text: string, name = `${(files += 1)}.yaml`): Promise<readonly string[]> {
  const path = join(folder, name)
  writeFileSync(path, text)
  return (await checkTemplate(path)).map((problem) => problemLine(problem).replaceAll(`${folder}/`, ''))
}

const wrong = `
keepup: graph/1
name: bad
parameters:
  topic: { schema: { type: strin } }
channels:
  count: { schema: { type: integer }, initial: x }
  notes: { schema: { type: array }, reducer: sum }
nodes:
  ask:
    kind: promt
  plan:
    kind: prompt
    prompt: "About {{ input.topik }}, {{ 1 + }}"
    update: counts
  count:
    kind: set
    update: { count: "{{ state.name }}", notes: text }
  cond: { kind: condition, cases: [{ when: state.count, to: nowhere }], else: end }
  dead: { kind: set, update: {}, extra: 1 }
edges:
  - { from: start, to: ask }
  - { from: ask, to: plan }
  - { from: plan, to: cuont }
  - { from: count, to: count, when: size(state.notes) > 3 }
`

describe('a wrong template', () => {
  it('is told everything at once: the line, the path, what stands there, and the fix', async () => {
    expect(await check(wrong, 'wrong.yaml')).toMatchInlineSnapshot(`
      [
        "wrong.yaml:5:3 /parameters/topic: warning: is used by nothing; fix: use it, or remove it",
        "wrong.yaml:5:28 /parameters/topic/schema/type: is "strin"; fix: write one of string, number, integer, boolean, object, array, null",
        "wrong.yaml:7:48 /channels/count/initial: does not fit its schema: Instance type "string" is invalid. Expected "integer".; fix: change one of them",
        "wrong.yaml:8:46 /channels/notes/reducer: is sum, which joins values of type number, but the schema says array; fix: change one of them",
        "wrong.yaml:11:11 /nodes/ask/kind: is "promt"; fix: write prompt, or another of function, tool, prompt, agent, graph, wait, set, map, condition",
        "wrong.yaml:14:29 /nodes/plan/prompt: {{input.topik}} cannot work: No such key: topik; fix: name a field that is declared",
        "wrong.yaml:14:46 /nodes/plan/prompt: {{1 +}} is no expression: Unexpected token: EOF; fix: correct it; the language is CEL",
        "wrong.yaml:15:13 /nodes/plan/update: names the channel "counts", which does not exist; fix: did you mean count?",
        "wrong.yaml:16:3 /nodes/count: is never reached; fix: add an edge to it, or remove it",
        "wrong.yaml:16:3 /nodes/count: is in a loop without a bound: count; fix: give one of them visits, or the file limits.steps",
        "wrong.yaml:18:32 /nodes/count/update/count: {{state.name}} cannot work: No such key: name; fix: name a field that is declared",
        "wrong.yaml:18:49 /nodes/count/update/notes: gives a text, but notes takes array; fix: convert it, or change the schema of the channel",
        "wrong.yaml:19:3 /nodes/cond: is never reached; fix: add an edge to it, or remove it",
        "wrong.yaml:19:44 /nodes/cond/cases/0/when: gives a number; fix: compare it with something",
        "wrong.yaml:19:61 /nodes/cond/cases/0/to: names the node "nowhere", which does not exist; fix: write one of plan, count, cond, ask, dead",
        "wrong.yaml:20:34 /nodes/dead/extra: is an unknown key; fix: remove it, or put it under \`metadata\` of the file",
        "wrong.yaml:24:23 /edges/2/to: names the node "cuont", which does not exist; fix: did you mean count?",
        "wrong.yaml:25:5 /edges/3: may not hold, and nothing says what then; fix: add { from: count, to: end, otherwise: true }, or where it is to go",
      ]
    `)
  })

  it.each([
    ['[', 'cannot be read'],
    ['keepup: graph/1\nkeepup: graph/1', '2:1'],
    ['a: &a [*a]', 'cannot be read'],
    ['', 'is null; fix: write an object'],
    ['keepup: graph/2\nname: x\nnodes: {}\nedges: []', 'is "graph/2"; fix: write graph/1'],
    [
      'keepup: graph/1\nname: x\nnodes: { a: { kind: set, update: {} } }\nedges: [{ from: start, to: end }]',
      'a: is never reached',
    ],
    ['"'.repeat(9), 'cannot be read'],
  ])('%j is no template', async (text, told) => {
    expect((await check(text)).join('\n')).toContain(told)
  })

  it('is refused when it is loaded, with the list for programs', async () => {
    await check(wrong, 'wrong.yaml')
    await expect(loadTemplate(join(folder, 'wrong.yaml'))).rejects.toMatchObject({
      code: 'configuration-invalid',
      message: expect.stringMatching(/places are wrong:\n.*wrong\.yaml:5:28/),
      details: { problems: expect.arrayContaining([expect.objectContaining({ line: 5, column: 28 })]) },
    })
  })

  it('cannot name what every object has, or hide behind it', async () => {
    const nodes = {
      a: { kind: 'graph', graph: 'constructor', with: { toString: 1 }, update: 'hasOwnProperty' },
    }
    const lines = await check(
      JSON.stringify({ ...short({ nodes: {}, edges: [] }), nodes, edges: straight('a') }),
      'own.json',
    )
    expect(lines.join('\n')).toMatch(/graph "constructor"[^]*channel "hasOwnProperty"/)
    const proto = await check(
      '{"keepup":"graph/1","name":"x","nodes":{"__proto__":{"kind":"set","update":{}}},"edges":[{"from":"start","to":"__proto__"}]}',
      'proto.json',
    )
    expect(proto).not.toEqual([])
  })
})

describe('the ways of a template', () => {
  const set = { kind: 'set', update: {} } as const

  it.each([
    [
      'a loop without a bound',
      { a: set, b: set },
      [...straight('a'), { from: 'a', to: 'b' }, { from: 'b', to: 'a' }],
      'loop without a bound: a, b',
    ],
    ['a dead end', { a: set }, [{ from: 'start', to: 'a' }], 'is a dead end'],
    [
      'a node that nothing leads to',
      { a: set, b: set },
      [...straight('a'), { from: 'b', to: 'end' }],
      'is never reached',
    ],
    [
      'conditions that may all fail',
      { a: set },
      [
        { from: 'start', to: 'a' },
        { from: 'a', to: 'end', when: '1 > 2' },
      ],
      'nothing says what then',
    ],
    [
      'otherwise of nothing',
      { a: set },
      [
        { from: 'start', to: 'a' },
        { from: 'a', to: 'end', otherwise: true as const },
      ],
      'without an edge with `when`',
    ],
    [
      'a condition at the start',
      { a: set },
      [
        { from: 'start', to: 'a', when: 'true' },
        { from: 'a', to: 'end' },
      ],
      'which leads on always',
    ],
    [
      'an edge from a condition',
      { a: { kind: 'condition' as const, cases: [{ when: 'true', to: 'end' }], else: 'end' } },
      straight('a'),
      'decides itself',
    ],
    ['a reserved name', { end: set }, straight('end'), 'a name of its own'],
    ['no start', { a: set }, [{ from: 'a', to: 'end' }], 'leads nowhere from "start"'],
  ])('%s is told', async (_, nodes, edges, told) => {
    await expect(readTemplate(short({ nodes, edges }))).rejects.toThrow(told)
  })

  it('may loop where a node or the file has a bound', async () => {
    const edges = [...straight('a'), { from: 'a', to: 'b' }, { from: 'b', to: 'a' }]
    await readTemplate(short({ nodes: { a: { ...set, visits: 3 }, b: set }, edges }))
    const { warnings } = await readTemplate(short({ nodes: { a: set, b: set }, edges, limits: { steps: 9 } }))
    expect(warnings).toEqual([])
  })
})

describe('files that a template names', () => {
  const main = (more: string) => `keepup: graph/1
name: main
${more}
nodes: { a: { kind: set, update: {} } }
edges: [{ from: start, to: a }, { from: a, to: end }]
`

  it('are read beside it, and their problems stand at their own lines', async () => {
    writeFileSync(join(folder, 'writer.md'), '---\ndescription: writes\ntols: [read]\n---\nYou write.')
    writeFileSync(join(folder, 'inner.yaml'), main('channels: { x: { schema: { type: txt } } }'))
    const lines = await check(
      main('agents: { writer: writer.md }\ngraphs: { inner: inner.yaml }'),
      'main.yaml',
    )
    expect(lines).toEqual([
      'inner.yaml:3:34 /channels/x/schema/type: is "txt"; fix: write one of string, number, integer, boolean, object, array, null',
      'writer.md:3:1 /tols: is an unknown key; fix: remove it, or put it under `metadata` of the file',
    ])
  })

  it('cannot be within themselves, and must be there', async () => {
    const lines = await check(main('graphs: { self: self.yaml, gone: gone.yaml }'), 'self.yaml')
    expect(lines.join('\n')).toMatch(/self\.yaml is within itself/)
    expect(lines.join('\n')).toMatch(/\/graphs\/gone.*ENOENT/)
  })
})
