/** What became of a block of an imported graph. */
export interface ImportedBlock {
  /** Its id in the export. */
  readonly id: string
  /** What the block is; its id where it is not known. */
  readonly block: string
  /** `mapped`: to the node. `missing`: to a node that fails until the host gives its function. `left-out`: to nothing. */
  readonly fate: 'mapped' | 'missing' | 'left-out'
  /** The node, with the names of the graphs that it is in, or the parameter. */
  readonly node?: string
  /** What it is now: `prompt`, `wait`, `function autogpt.condition`. */
  readonly as?: string
  /** The function that the host must give, where it is missing. */
  readonly function?: string
  /** Why, or what is different from AutoGPT. */
  readonly notes: readonly string[]
}

/** What became of an imported graph. */
export interface ImportReport {
  readonly name: string
  readonly blocks: readonly ImportedBlock[]
  /** What is different from AutoGPT in the graph as a whole. */
  readonly notes: readonly string[]
}

/** A report in lines, for people. */
export function reportLines({ name, blocks, notes }: ImportReport): readonly string[] {
  const count = (fate: ImportedBlock['fate']): number => blocks.filter((block) => block.fate === fate).length
  return [
    `${name}: ${blocks.length} blocks; ${count('mapped')} mapped, ${count('missing')} missing a function, ${count('left-out')} left out`,
    ...blocks.flatMap(({ fate, block, node, as, notes: own }) => [
      `${fate.padEnd(8)}  ${block}${node === undefined ? '' : ` -> ${node}`}${as === undefined ? '' : ` (${as})`}`,
      ...own.map((note) => `          ${note}`),
    ]),
    ...notes.map((note) => `note      ${note}`),
  ]
}
