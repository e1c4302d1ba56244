/** One character of a word, or a variable in it, as bash reads them. */
export interface Cell {
  /** The character, or the variable's name. */
  readonly text: string
  /** Whether quotes or a backslash took its special meaning. */
  readonly quoted: boolean
  readonly variable?: true
}

/** Inside double quotes a backslash escapes only these. */
const escapable = '$`"\\'

/**
 * Takes a word apart by bash's rules of quoting (POSIX shell, 2.2), on its own and not by what the parser made of it. `undefined` where it holds
 * anything but literal text and plain variables: substitutions, arithmetic, operations on parameters, `$'...'`, `$"..."`.
 */
export function readCells(text: string): readonly Cell[] | undefined {
  const cells: Cell[] = []
  let at = 0
  while (at < text.length) {
    const next = readCell(text, at, cells)
    if (next === undefined) return undefined
    at = next
  }
  return cells
}

/** Whether a word stands as it is: nothing in it that a shell would touch. */
export function isPlain(text: string): boolean {
  return /^[\w./,+@%^][\w./,+@%:=^-]*$|^-[\w./,+@%:=^-]*$/.test(text)
}

function readCell(text: string, at: number, cells: Cell[]): number | undefined {
  const character = text.charAt(at)
  if (character === "'") return readSingle(text, at + 1, cells)
  if (character === '"') return readDouble(text, at + 1, cells)
  if (character === '$') return readDollar(text, at, cells, false)
  if (character === '`') return undefined
  if (character === '\\') {
    const escaped = text.charAt(at + 1)
    if (escaped === '' || escaped === '\n') return undefined
    cells.push({ text: escaped, quoted: true })
    return at + 2
  }
  cells.push({ text: character, quoted: false })
  return at + 1
}

function readSingle(text: string, start: number, cells: Cell[]): number | undefined {
  const end = text.indexOf("'", start)
  if (end === -1) return undefined
  // An empty cell keeps `''` a word.
  cells.push({ text: text.slice(start, end), quoted: true })
  return end + 1
}

function readDouble(text: string, start: number, cells: Cell[]): number | undefined {
  cells.push({ text: '', quoted: true })
  let at = start
  while (at < text.length) {
    const character = text.charAt(at)
    if (character === '"') return at + 1
    if (character === '`') return undefined
    if (character === '$') {
      const next = readDollar(text, at, cells, true)
      if (next === undefined) return undefined
      at = next
    } else if (character === '\\' && text.charAt(at + 1) === '\n') {
      return undefined
    } else if (character === '\\' && escapable.includes(text.charAt(at + 1)) && at + 1 < text.length) {
      cells.push({ text: text.charAt(at + 1), quoted: true })
      at += 2
    } else {
      cells.push({ text: character, quoted: true })
      at++
    }
  }
  return undefined
}

function readDollar(text: string, at: number, cells: Cell[], quoted: boolean): number | undefined {
  const rest = text.slice(at + 1, at + 65)
  const named = /^(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\}|([?#0-9])|\{([?#0-9])\})/.exec(rest)
  if (named !== null) {
    if (named[0].length >= 63) return undefined
    cells.push({ text: named.slice(1).find((name) => name !== undefined) ?? '', quoted, variable: true })
    return at + 1 + named[0].length
  }
  // A dollar that begins nothing stands for itself. What begins something else is not read.
  if (/^["'({[$!@*_-]/.test(rest) && !(quoted && /^["']/.test(rest))) return undefined
  cells.push({ text: '$', quoted: true })
  return at + 1
}
