/**
 * What an option takes: nothing, a value that must be there, one that may be joined to it, a file that is read, or a number small enough to be a
 * width or a count of threads.
 */
export type OptionKind = 'flag' | 'value' | 'optional' | 'path' | 'count'

/** The options that a program is known to take without running, writing or following anything. */
export interface OptionTable {
  readonly options: ReadonlyMap<string, OptionKind>
  /** Whether `-20` is a number. */
  readonly numbers: boolean
  /** Whether options may follow operands, as GNU programs have it. */
  readonly permute: boolean
}

/**
 * Reads a table from its short form, names divided by blanks: `-l` a flag, `-n:` with a value, `-f@` with a file, `-j%` with a number of at
 * most three digits, `-U?` with a value joined to it or none, `--color`, `--lines=`, `--color[=`, `--file=@`, `--threads=%`, `-#` for numbers, `!` where the first operand ends the options.
 */
export function optionTable(text: string): OptionTable {
  let table: OptionTable | undefined
  // There are hundreds of tables, of which a command needs a few.
  const read = (): OptionTable => (table ??= readTable(text))
  return {
    get options() {
      return read().options
    },
    get numbers() {
      return read().numbers
    },
    get permute() {
      return read().permute
    },
  }
}

function readTable(text: string): OptionTable {
  const options = new Map<string, OptionKind>()
  let numbers = false
  let permute = true
  for (const item of text.split(/\s+/)) {
    if (item === '') continue
    if (item === '-#') numbers = true
    else if (item === '!') permute = false
    else readItem(item, options)
  }
  return { options, numbers, permute }
}

const endings: readonly (readonly [string, OptionKind])[] = [
  ['[=', 'optional'],
  ['=@', 'path'],
  ['=%', 'count'],
  ['%', 'count'],
  ['@', 'path'],
  ['=', 'value'],
  [':', 'value'],
  ['?', 'optional'],
]

function readItem(item: string, options: Map<string, OptionKind>): void {
  const [ending, kind] = endings.find(([end]) => item.endsWith(end)) ?? ['', 'flag' as const]
  options.set(item.slice(0, item.length - ending.length), kind)
}
