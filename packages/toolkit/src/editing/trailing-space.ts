/** The white space that a line begins with. */
export function indentOf(line: string): string {
  let end = 0
  while (isBlank(line, end)) end++
  return line.slice(0, end)
}

/** A line without the spaces and tabs at its end. Linear, unlike a regular expression. */
export function withoutTrailingSpace(line: string): string {
  let end = line.length
  while (end > 0 && isBlank(line, end - 1)) end--
  return line.slice(0, end)
}

function isBlank(line: string, at: number): boolean {
  const code = line.charCodeAt(at)
  return code === 0x20 || code === 0x09 || code === 0x0b || code === 0x0c
}
