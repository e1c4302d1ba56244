/** Something that a compiler, a linter or a test says. */
export interface Finding {
  /** Relative to the project with `/`, as far as it lies there; empty where none is named. */
  readonly path: string
  /** From 1; 0 where none is named. */
  readonly line: number
  /** The rule, or the name of the test. */
  readonly rule: string
  readonly message: string
}

/** What makes two findings the same, wherever the line has moved to. */
export function findingKey({ path, rule, message }: Finding): string {
  // Places that a message names in passing move with every edit.
  const words = message
    .replaceAll(/:\d+(?::\d+)?\b/g, '')
    .replaceAll(/\b(lines?) \d+/gi, '$1')
    .replaceAll(/\d+(?:\.\d+)? ?ms\b/g, '')
  return `${path}\0${rule}\0${words}`
}

/** The findings beyond those that were there before: each old one accounts for one new one. */
export function newFindings(before: readonly Finding[], after: readonly Finding[]): readonly Finding[] {
  const left = new Map<string, number>()
  for (const finding of before) left.set(findingKey(finding), (left.get(findingKey(finding)) ?? 0) + 1)
  return after.filter((finding) => {
    const key = findingKey(finding)
    const count = left.get(key) ?? 0
    left.set(key, count - 1)
    return count <= 0
  })
}

/** A finding in one line. */
export function findingLine({ path, line, rule, message }: Finding): string {
  const place = path === '' ? '' : `${path}${line === 0 ? '' : `:${line}`} `
  const text = message.trim().replaceAll(/\s*\n\s*/g, ' ')
  const words = text.length > 300 ? `${text.slice(0, 300)}...` : text
  return `${place}${rule}${rule === '' || words === '' ? '' : ': '}${words}`
}
