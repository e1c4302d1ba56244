/** A Markdown file in its two parts. */
export interface FrontMatter {
  readonly matter: string
  /** What comes after it, without the empty lines around it. */
  readonly text: string
}

/** Splits Markdown at its front matter, which stands between two lines of `---` at the very beginning; `undefined` where there is none. */
export function splitFrontMatter(file: string): FrontMatter | undefined {
  const lines = file.replace(/^\uFEFF/, '').split(/\r?\n/)
  if (lines[0]?.trimEnd() !== '---') return undefined
  const end = lines.findIndex((line, index) => index > 0 && /^(---|\.\.\.)\s*$/.test(line))
  if (end < 0) return undefined
  return {
    matter: `${lines.slice(1, end).join('\n')}\n`,
    text: lines
      .slice(end + 1)
      .join('\n')
      .trim(),
  }
}
