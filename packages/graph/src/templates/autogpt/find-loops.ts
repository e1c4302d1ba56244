import { blockKinds, structuralBlocks } from './block-kinds.ts'
import { own } from './block-name.ts'
import type { ExportedLink, ExportedNode } from './export-shape.ts'
import { pinPath } from './pin-path.ts'

/** Blocks that run once for each item of a list. */
export interface Loop {
  /** The block that emits the items. */
  readonly iterator: ExportedNode
  /** The blocks that run for each. */
  readonly region: ReadonlySet<string>
  /** Blocks that add each result to their own list: they run once, when all items are done. */
  readonly collectors: ReadonlySet<string>
}

/** Links by the block that they lead from. */
type LinksAfter = ReadonlyMap<string, readonly ExportedLink[]>

/** The loops among blocks that lie in no other loop, and the iterators whose loop cannot be taken out of the graph. */
export function findLoops(
  members: readonly ExportedNode[],
  links: readonly ExportedLink[],
): { readonly loops: readonly Loop[]; readonly refused: ReadonlySet<string> } {
  const inside = new Map(members.map((node) => [node.id, node]))
  const within = links.filter(({ source_id, sink_id }) => inside.has(source_id) && inside.has(sink_id))
  const after = Map.groupBy(within, ({ source_id }) => source_id)
  const found = members.flatMap((node) => loopOf(node, inside, after))
  const outer = found.filter(
    ({ iterator }) => !found.some((other) => other.iterator !== iterator && other.region.has(iterator.id)),
  )
  const loops: Loop[] = []
  const refused = new Set<string>()
  for (const loop of outer) {
    const overlaps = loops.some(({ region }) => [...loop.region].some((id) => region.has(id)))
    if (overlaps || feedsItself(loop, after)) refused.add(loop.iterator.id)
    else loops.push(loop)
  }
  return { loops, refused }
}

/** Whether a link is one along which items come one after the other. */
export function isItemLink({ source_name: name }: ExportedLink, source: ExportedNode): boolean {
  const pins = own(blockKinds, source.block_id)?.iterates?.pins
  return pins !== undefined && Object.hasOwn(pins, pinPath(name).pin)
}

function loopOf(
  iterator: ExportedNode,
  inside: ReadonlyMap<string, ExportedNode>,
  after: LinksAfter,
): readonly Loop[] {
  const first = (after.get(iterator.id) ?? []).filter((link) => isItemLink(link, iterator))
  if (first.length === 0) return []
  const region = new Set<string>()
  const collectors = new Set<string>()
  const left = [...first]
  for (let link = left.pop(); link !== undefined; link = left.pop()) {
    const sink = inside.get(link.sink_id)
    if (sink === undefined || region.has(sink.id)) continue
    if (isCollector(sink, after) && pinPath(link.sink_name).pin === 'entry') {
      collectors.add(sink.id)
      continue
    }
    region.add(sink.id)
    left.push(...(after.get(sink.id) ?? []))
  }
  return [{ iterator, region, collectors: new Set([...collectors].filter((id) => !region.has(id))) }]
}

/** Whether a block adds to its own list over and over. */
function isCollector(node: ExportedNode, after: LinksAfter): boolean {
  return (
    node.block_id === structuralBlocks.addToList &&
    (after.get(node.id) ?? []).some(
      ({ sink_id, source_name, sink_name }) =>
        sink_id === node.id && source_name === 'updated_list' && sink_name === 'list',
    )
  )
}

/** Whether something that comes after the loop, or the loop itself, leads to where it begins. */
function feedsItself({ iterator, region, collectors }: Loop, after: LinksAfter): boolean {
  if (region.has(iterator.id)) return true
  const later = new Set<string>(collectors)
  for (const id of later) for (const { sink_id } of after.get(id) ?? []) later.add(sink_id)
  return later.has(iterator.id) || [...later].some((id) => region.has(id))
}
