import { blockKinds } from './block-kinds.ts'
import { own } from './block-name.ts'
import { celPath, celPathOrNull } from './cel-text.ts'
import type { ExportedLink, ExportedNode } from './export-shape.ts'
import { isItemLink, type Loop } from './find-loops.ts'
import { pinPath } from './pin-path.ts'
import type { Inlet, Wire } from './scope-unit.ts'
import type { Scope } from './scope.ts'

/** Reads where the value of a link comes from. */
export type ReadWire = (link: ExportedLink) => Wire | undefined

/** Reads wires within a scope. `refused`: iterators whose items nothing can take. */
export function wireReader(scope: Scope, loops: readonly Loop[], refused: ReadonlySet<string>): ReadWire {
  const members = new Map(scope.members.map((node) => [node.id, node]))
  return (link) => {
    const { pin, path } = pinPath(link.source_name)
    const source = members.get(link.source_id)
    const isStatic = link.is_static
    if (source === undefined) {
      const way = scope.outside(link)
      return way === undefined ? undefined : { path: [...way, ...path], pin, isStatic: true }
    }
    const name = scope.names.get(source.id) ?? ''
    const loop = loops.find(({ region }) => region.has(source.id))
    if (loop !== undefined) {
      const each = eachName(scope, loop)
      const inner = celPathOrNull('r', [name, pin, ...path])
      return {
        from: each,
        path: [each],
        pin: each,
        isStatic,
        expression: `state.${each}.map(r, ${inner}).filter(r, r != null)`,
      }
    }
    if (
      isItemLink(link, source) &&
      (refused.has(source.id) || loops.some(({ iterator }) => iterator.id === source.id))
    ) {
      // Items come one after the other: only a loop can take them.
      const into = loops.find(
        ({ iterator, collectors }) => iterator.id === source.id && collectors.has(link.sink_id),
      )
      if (into === undefined) return { from: 'never', path: [], pin, isStatic }
      const { list, part } = itemOf(source, pin)
      const items = celPath('state', [name, list])
      return {
        from: name,
        path: [name, list],
        pin: list,
        isStatic,
        expression: part === 'whole' ? items : `${items}.map(r, r.${part})`,
      }
    }
    return { from: name, path: [name, pin, ...path], pin, isStatic }
  }
}

/** The output of an iterator that is its list, and what an item output is of each. */
export function itemOf(
  iterator: ExportedNode,
  pin: string,
): { readonly list: string; readonly part: 'item' | 'key' | 'whole' } {
  const iterates = own(blockKinds, iterator.block_id)?.iterates
  return { list: iterates?.list ?? 'items', part: iterates?.pins[pin] ?? 'whole' }
}

/** The name of the node that a loop becomes. */
export function eachName({ names }: Scope, { iterator }: Loop): string {
  return `${names.get(iterator.id) ?? ''}_each`
}

/** The inputs that links lead to. */
export function inletsOf(links: readonly ExportedLink[], wires: ReadWire): readonly Inlet[] {
  const groups = Map.groupBy(links, ({ sink_name }) => sink_name)
  return [...groups].map(([name, group]) => ({ name, wires: group.flatMap((link) => wires(link) ?? []) }))
}
