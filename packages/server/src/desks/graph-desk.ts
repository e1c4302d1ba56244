/** A graph as it is defined. */
export interface ToldGraph {
  /** Where it is defined, for a person. */
  readonly file: string
  /** Each after the names of the graphs that it is in; `start` and `end` are no nodes. */
  readonly nodes: readonly { readonly node: string; readonly kind: string }[]
  /** With `start` and `end` where it begins and ends. */
  readonly ways: readonly { readonly from: string; readonly to: string; readonly words: string }[]
}

/** Definitions of graphs, which no log holds. */
export interface GraphDesk {
  /** The graph of a name, as it is defined now; nothing where it is not known, or stands in several places. */
  find(graph: string): Promise<ToldGraph | undefined>
}
