import { type OptionTable, optionTable } from './option-table.ts'

/**
 * What a program is known to do. Operands are files that it reads, text, or refused (`none`); then the options in the short form of
 * {@link optionTable}; then how many operands it may have.
 */
export type ProgramRow = readonly [operands: 'read' | 'text' | 'none', options: string, most?: number]

/** A row, read. */
export interface Program {
  readonly operands: ProgramRow[0]
  readonly options: OptionTable
  readonly most: number
}

/** Reads the rows of a data file. */
export function programs(rows: Readonly<Record<string, ProgramRow>>): ReadonlyMap<string, Program> {
  return new Map(
    Object.entries(rows).map(([name, [operands, options, most = Infinity]]) => [
      name,
      { operands, options: optionTable(options), most },
    ]),
  )
}
