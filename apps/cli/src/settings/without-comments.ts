/**
 * JSON with `//` and block comments and trailing commas, as plain JSON: what is not JSON becomes blanks, so that every position in an error
 * message is that of the original text.
 */
export function withoutComments(text: string): string {
  const plain = text.replace(tokens, (token) => (token.startsWith('"') ? token : blank(token)))
  return plain.replace(trailingCommas, (token) =>
    token.startsWith('"') ? token : blank(token.slice(0, 1)) + token.slice(1),
  )
}

const tokens = /"(?:[^"\\\n]|\\.)*"|\/\/[^\n]*|\/\*[^]*?\*\//g
const trailingCommas = /"(?:[^"\\\n]|\\.)*"|,(?=\s*[}\]])/g

function blank(token: string): string {
  return token.replace(/[^\n]/g, ' ')
}
