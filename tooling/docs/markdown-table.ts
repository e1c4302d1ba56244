/** A table; nothing where it would have no rows. Cells are shown as they are. */
export function markdownTable(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return ''
  return [heads, heads.map(() => '---'), ...rows].map(lineOf).join('\n')
}

function lineOf(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`
}

/** Text that stands for itself in Markdown. */
export function literal(text: string): string {
  return text.replaceAll(/[\\*<>[\]]/g, String.raw`\$&`)
}
