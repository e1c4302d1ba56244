import { readYaml, type YamlSource } from './read-yaml.ts'
import { fileFault } from './source-fault.ts'

/** A Markdown file in its two parts. */
export interface MarkdownParts {
  /** The fields between the lines of `---` at its beginning; an empty object where there are none. */
  readonly matter: YamlSource
  /** Whether there are such lines. */
  readonly hasMatter: boolean
  /** What comes after them, without the empty lines around it. */
  readonly body: string
}

/**
 * Splits Markdown at its front matter.
 *
 * @throws KeepupError `configuration-invalid`, with every error of the front matter and its line in the file
 */
export function readMarkdown(text: string, file: string): MarkdownParts {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  const end =
    lines[0]?.trimEnd() === '---'
      ? lines.findIndex((line, index) => index > 0 && /^(?:---|\.\.\.)\s*$/.test(line))
      : -1
  if (end < 0 && lines[0]?.trimEnd() === '---') {
    throw fileFault(file, 'begins its front matter and does not end it', 'end it with a line of ---')
  }
  if (end < 0) {
    const matter: YamlSource = { file, value: {}, place: () => ({ file, line: 1, column: 1 }) }
    return { matter, hasMatter: false, body: lines.join('\n').trim() }
  }
  const matter = readYaml(`${lines.slice(1, end).join('\n')}\n`, file, 1)
  const body = lines.slice(end + 1).join('\n')
  return {
    matter: { ...matter, value: matter.value ?? {} },
    hasMatter: true,
    body: body.trim(),
  }
}
