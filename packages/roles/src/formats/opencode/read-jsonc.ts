import { readYaml, type YamlSource } from '../../source/read-yaml.ts'

/**
 * Reads JSON with comments and commas at the end, as opencode writes it.
 *
 * @throws KeepupError `configuration-invalid`, with every error and its place
 */
export function readJsonc(text: string, file: string): YamlSource {
  return readYaml(blankComments(text), file)
}

/** Comments become spaces, so that every character stays where it is. Takes one walk over the text, whatever it holds. */
function blankComments(text: string): string {
  const kept: string[] = []
  let at = 0
  while (at < text.length) {
    const end = endOfPart(text, at)
    const part = text.slice(at, end)
    kept.push(/^\/[/*]/.test(part) ? part.replaceAll(/[^\n]/g, ' ') : part)
    at = end
  }
  return kept.join('')
}

/** Where the text, the comment or the plain stretch ends that begins at a place. */
function endOfPart(text: string, at: number): number {
  if (text.startsWith('//', at)) return after(text.indexOf('\n', at), 0, text)
  if (text.startsWith('/*', at)) return after(text.indexOf('*/', at + 2), 2, text)
  const pattern = text[at] === '"' ? /"(?:[^"\\\n]|\\.)*"?/y : /[^"/]+|\//y
  pattern.lastIndex = at
  return Math.max(at + 1, at + (pattern.exec(text)?.[0].length ?? 0))
}

function after(found: number, length: number, text: string): number {
  return found < 0 ? text.length : found + length
}
