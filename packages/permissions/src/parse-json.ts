import { invalidRules } from './invalid-rules.ts'

/** The longest file of rules, in characters. */
const longestFile = 4_000_000

/**
 * JSON as configuration files have it: with comments, trailing commas and a byte order mark.
 *
 * @throws KeepupError `configuration-invalid`
 */
export function parseJson(text: string, source: string): unknown {
  if (text.length > longestFile) {
    throw invalidRules(source, `has ${text.length} characters`, `keep it under ${longestFile}`)
  }
  try {
    return JSON.parse(withoutComments(text.replace(/^\uFEFF/, '')))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw invalidRules(source, `is not JSON: ${reason}`, 'correct that place', error)
  }
}

const strings = /"(?:[^"\\\n]|\\.)*"/.source
const comments = new RegExp(`${strings}|//[^\\n]*|/\\*[^]*?\\*/`, 'g')
const trailingCommas = new RegExp(`${strings}|,(?=\\s*[}\\]])`, 'g')

/** What is not JSON becomes blanks, so that positions in messages stay those of the text. */
function withoutComments(text: string): string {
  return text.replace(comments, blankOut).replace(trailingCommas, blankOut)
}

function blankOut(token: string): string {
  return token.startsWith('"') ? token : token.replace(/[^\n]/g, ' ')
}
