/** How values become text. */
export interface ShowingValues {
  readonly show: (value: unknown) => string
  /** Without the frames of the interpreter itself. */
  readonly showError: (error: unknown) => string
}

/** Shows values in so many characters at most. Becomes part of a program's text, so it uses nothing but its argument and what Node has. */
export function showingValues(shown: number): ShowingValues {
  const { inspect } = process.getBuiltinModule('node:util')
  const options = { depth: 4, maxArrayLength: 200, maxStringLength: 20_000, breakLength: 100 }

  function show(value: unknown): string {
    try {
      const text = inspect(value, options)
      return text.length > shown ? `${text.slice(0, shown)}… ${text.length - shown} more characters` : text
    } catch (error) {
      return `[A value that cannot be shown: ${String(error)}]`
    }
  }

  return {
    show,
    showError(error) {
      const lines = show(error).split('\n')
      const own = lines.findIndex((line) => /^\s+at (Session\.post|.*node:inspector)/.test(line))
      if (own === -1) return lines.join('\n')
      return [...lines.slice(0, own), ...lines.slice(own).filter((line) => !/^\s+at /.test(line))].join('\n')
    },
  }
}
