/** A node of a drawing, and where it stands. */
export interface PlacedNode {
  readonly id: string
  readonly x: number
  readonly y: number
}

/** A way between two nodes, as the path of an SVG element, and where its words stand. */
export interface PlacedEdge {
  readonly from: string
  readonly to: string
  readonly path: string
  readonly x: number
  readonly y: number
}

/** A drawing. Sizes are in pixels. */
export interface Drawing {
  readonly nodes: readonly PlacedNode[]
  readonly edges: readonly PlacedEdge[]
  readonly width: number
  readonly height: number
}

/** How large a node is drawn, and how far from the next one. */
export const nodeSize = { width: 150, height: 40, across: 230, down: 84 } as const

const margin = { side: 36, top: 48, bottom: 24 } as const

/**
 * Draws a graph from left to right, a column for each step away from where it begins; ways that lead back run below it. Nodes of one column stand in the order in
 * which they were given, so that a drawing that grows does not jump. O(nodes + ways).
 */
export function layered(
  ids: readonly string[],
  ways: readonly { readonly from: string; readonly to: string }[],
): Drawing {
  const known = new Set(ids)
  const drawn = ways.filter(({ from, to }) => known.has(from) && known.has(to))
  const columns = columnsOf(ids, drawn)
  const filled = new Map<number, number>()
  const places = new Map<string, PlacedNode>()
  for (const id of ids) {
    const column = columns.get(id) ?? 0
    const row = filled.get(column) ?? 0
    filled.set(column, row + 1)
    places.set(id, { id, x: margin.side + column * nodeSize.across, y: margin.top + row * nodeSize.down })
  }
  const nodes = [...places.values()]
  const low = Math.max(0, ...nodes.map(({ y }) => y)) + nodeSize.height
  const edges = drawn.flatMap((way, index) => {
    const [from, to] = [places.get(way.from), places.get(way.to)]
    return from === undefined || to === undefined ? [] : [placed(from, to, low, index % 4)]
  })
  const right = Math.max(0, ...nodes.map(({ x }) => x)) + nodeSize.width
  const back = edges.some(({ y }) => y > low)
  return { nodes, edges, width: right + margin.side, height: low + (back ? 80 : 0) + margin.bottom }
}

/** How many steps from the beginning each node is, at least, where ways that lead back are left out. */
function columnsOf(
  ids: readonly string[],
  ways: readonly { readonly from: string; readonly to: string }[],
): ReadonlyMap<string, number> {
  const next = new Map<string, string[]>()
  for (const { from, to } of ways) {
    const leading = next.get(from)
    if (leading === undefined) next.set(from, [to])
    else leading.push(to)
  }
  const columns = new Map<string, number>()
  const reached = new Set(ways.filter(({ from, to }) => from !== to).map(({ to }) => to))
  const roots = ids.filter((id) => !reached.has(id))
  // What nothing leads to first; then what is only in a loop.
  for (const root of [...roots, ...ids]) {
    if (columns.has(root)) continue
    columns.set(root, 0)
    let open = [root]
    for (let column = 1; open.length > 0; column += 1) {
      open = open.flatMap((id) => next.get(id) ?? []).filter((id) => !columns.has(id))
      for (const id of open) columns.set(id, column)
      open = [...new Set(open)]
    }
  }
  return columns
}

function placed(from: PlacedNode, to: PlacedNode, low: number, lane: number): PlacedEdge {
  const { width, height } = nodeSize
  const ends = { from: from.id, to: to.id }
  if (from.id === to.id) {
    const [ax, bx, y] = [from.x + width - 30, from.x + width - 62, from.y]
    return {
      ...ends,
      path: `M${ax},${y} C${ax + 6},${y - 30} ${bx - 6},${y - 30} ${bx},${y}`,
      x: (ax + bx) / 2,
      y: y - 26,
    }
  }
  if (to.x > from.x) {
    const [ax, ay, bx, by] = [from.x + width, from.y + height / 2, to.x, to.y + height / 2]
    const middle = (ax + bx) / 2
    const path = `M${ax},${ay} C${middle},${ay} ${middle},${by} ${bx},${by}`
    return { ...ends, path, x: middle, y: (ay + by) / 2 - 6 }
  }
  if (to.x === from.x) return beside(from, to)
  const [ax, bx] = [from.x + width / 2 + 12, to.x + width / 2 - 12]
  const [ay, by] = [from.y + height, to.y + height]
  const depth = low + 28 + lane * 14
  const bottom = Math.max(ay, by)
  const path = `M${ax},${ay} C${ax},${depth} ${bx},${depth} ${bx},${by}`
  return { ...ends, path, x: (ax + bx) / 2, y: bottom + (depth - bottom) * 0.75 - 4 }
}

/** A way within a column: straight to the next row, around what is between otherwise. */
function beside(from: PlacedNode, to: PlacedNode): PlacedEdge {
  const { width, height, down } = nodeSize
  const ends = { from: from.id, to: to.id }
  const x = from.x + width / 2 - 20
  if (Math.abs(to.y - from.y) === down) {
    const [ay, by] = to.y > from.y ? [from.y + height, to.y] : [from.y, to.y + height]
    return { ...ends, path: `M${x},${ay} L${x},${by}`, x: x - 6, y: (ay + by) / 2 + 4 }
  }
  const [ay, by] = [from.y + height / 2, to.y + height / 2]
  const side = from.x - 22
  const path = `M${from.x},${ay} C${side},${ay} ${side},${by} ${to.x},${by}`
  return { ...ends, path, x: side + 8, y: (ay + by) / 2 }
}
