import { readYaml, type YamlSource } from '../../source/read-yaml.ts'

/**
 * Reads JSON with comments and commas at the end, as opencode writes it.
 *
 * @throws KeepupError `configuration-invalid`, with every error and its place
 */
export function readJsonc(text: string, file: string): YamlSource {
  return readYaml(blankComments(text), file)
}

/** Comments become spaces, so that every character stays where it is. */
function blankComments(text: string): string {
  const parts = /"(?:[^"\\\n]|\\.)*"|\/\/[^\n]*|\/\*[^]*?\*\//g
  return text.replaceAll(parts, (part) => (part.startsWith('"') ? part : part.replaceAll(/[^\n]/g, ' ')))
}
