import type { JsonObject } from '@keepup/core'

/** Blocks of AutoGPT, by what they are here. */
export const blocks = {
  input: 'c0a8e994-ebf1-4a9c-a4d8-89d09c86741b',
  output: '363ae599-353e-4804-937e-b2ee3cef3da4',
  agent: 'e189baac-8c20-45a1-94a7-55177ea42565',
  note: 'cc10ff7b-7753-4ff2-9af6-9399b1a7eddc',
  steps: 'f66a3543-28d3-4ab5-8945-9b336371e2ce',
  addToList: 'aeb08fc1-2fc1-4141-bc8e-f758f183a822',
  createList: 'a912d5c7-6e00-4542-b2a9-8034136930e4',
  count: '3c9c2f42-b0c3-435f-ba35-05f7a25c772a',
  condition: '715696a0-e1da-45c8-b209-c2fa9c3b0be6',
  calculator: 'b1ab9b19-67a6-406d-abf5-2dba76d00c79',
  store: '1ff065e9-88e8-4358-9d82-8dc91f622ba9',
  text: '1f292d4a-41a4-4977-9684-7c8d560b9f91',
  fill: 'db7d8f02-2f44-4c55-ab7a-eae0941f0c30',
  match: '3060088f-6ed9-4928-9ba7-9c92823a7ccd',
  request: '6595ae1f-b924-42cb-9a41-551a0611c4b4',
  human: '8b2a7b3c-6e9d-4a5f-8c1b-2e3f4a5b6c7d',
  timer: 'd67a9c52-5e4e-11e2-bcfd-0800200c9a71',
} as const

/** A block of an export in short: its id, what it is (or the id of an unknown block), its inputs. */
export type ShortBlock = readonly [id: string, kind: keyof typeof blocks | (string & {}), input?: JsonObject]

/** An exported graph in short. Links are written `source.output > sink.input`, with `!` in front where they are static. */
export function exported(
  nodes: readonly ShortBlock[],
  links: readonly string[],
  more: JsonObject = {},
): JsonObject {
  const ids: Readonly<Record<string, string>> = blocks
  return {
    id: 'graph-1',
    version: 1,
    name: 'Short graph',
    description: '',
    nodes: nodes.map(([id, kind, input = {}]) => ({
      id,
      block_id: ids[kind] ?? kind,
      input_default: input,
      metadata: { position: { x: 1, y: 2 } },
    })),
    links: links.map((link, index) => {
      const [, mark, source_id = '', source_name = '', sink_id = '', sink_name = ''] =
        /^(!?)(\w+)\.(.+?) > (\w+)\.(.+)$/.exec(link) ?? []
      return { id: String(index), source_id, source_name, sink_id, sink_name, is_static: mark === '!' }
    }),
    ...more,
  }
}
