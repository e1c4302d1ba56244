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
  /** The line of the file in which that begins. */
  readonly bodyLine: number
}

/** How front matter is read. */
export interface MarkdownOptions {
  /** Whether `NAME: a text: with colons` is taken for a text, as programs do that have no parser for YAML. */
  readonly lenient?: boolean
}

/**
 * Splits Markdown at its front matter.
 *
 * @throws KeepupError `configuration-invalid`, with every error of the front matter and its line in the file
 */
export function readMarkdown(
  text: string,
  file: string,
  { lenient = false }: MarkdownOptions = {},
): MarkdownParts {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  if (lines[0]?.trimEnd() !== '---') {
    const matter: YamlSource = { file, value: {}, place: () => ({ file, line: 1, column: 1 }) }
    return { matter, hasMatter: false, ...bodyOf(lines, 0) }
  }
  const end = lines.findIndex((line, index) => index > 0 && /^(?:---|\.\.\.)\s*$/.test(line))
  if (end < 0)
    throw fileFault(file, 'begins its front matter and does not end it', 'end it with a line of ---')
  const matter = readMatter(lines.slice(1, end), file, lenient)
  return { matter: { ...matter, value: matter.value ?? {} }, hasMatter: true, ...bodyOf(lines, end + 1) }
}

function bodyOf(lines: readonly string[], from: number): Pick<MarkdownParts, 'body' | 'bodyLine'> {
  const first = lines.findIndex((line, index) => index >= from && line.trim() !== '')
  return { body: lines.slice(from).join('\n').trim(), bodyLine: Math.max(first, 0) + 1 }
}

function readMatter(lines: readonly string[], file: string, lenient: boolean): YamlSource {
  try {
    return readYaml(`${lines.join('\n')}\n`, file, 1)
  } catch (error) {
    if (!lenient) throw error
    const quoted = lines.map((line) => quotedText(line))
    if (quoted.every((line, index) => line === lines[index])) throw error
    return readYaml(`${quoted.join('\n')}\n`, file, 1)
  }
}

/** `NAME: a text: more` with the text in quotes; any other line as it is. */
function quotedText(line: string): string {
  const [, name, said] = /^([\w-]+): +([^\s"'[{|>&*!%@`#].*)$/.exec(line.trimEnd()) ?? []
  if (name === undefined || said === undefined || !/: | #|:$/.test(said)) return line
  return `${name}: ${JSON.stringify(said.replaceAll('\\n', '\n'))}`
}
