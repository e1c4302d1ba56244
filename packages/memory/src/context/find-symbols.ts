/** Something that a file declares. */
export interface FileSymbol {
  readonly name: string
  /** From 1. */
  readonly line: number
  /** The line as it stands, without its body, on one line. */
  readonly signature: string
  /** Whether other files can use it, as far as the line tells. */
  readonly shared: boolean
}

/** @limit In characters: what a line has beyond is not looked at, so that a file of one line costs no more than others. */
const longestLine = 400

const shownSignature = 120

/** How each family of languages declares what others may use; the first group is the name. Each looks at one line from its beginning. */
const declarations: ReadonlyMap<string, readonly RegExp[]> = new Map(
  Object.entries({
    'ts tsx mts cts js jsx mjs cjs': [
      /^export (?:default )?(?:declare )?(?:abstract )?(?:async )?(?:function\*?|class|interface|type|enum|const|let|namespace) ([\w$]+)/,
      /^(?:async )?function\*? ([\w$]+)/,
      /^(?:abstract )?class ([\w$]+)/,
    ],
    'py pyi': [/^(?:async )?def (\w+)/, /^class (\w+)/, /^ {4}(?:async )?def ([a-z]\w+)/],
    go: [/^func (?:\([^)]*\) )?(\w+)/, /^type (\w+)/],
    rs: [
      /^\s{0,4}pub(?:\([^)]*\))? (?:async |const |unsafe )*(?:fn|struct|enum|trait|type|mod|static) (\w+)/,
    ],
    'java kt cs scala swift': [
      /^\s{0,4}(?:(?:public|protected|internal|open|static|final|abstract|sealed|data|override|suspend) )*(?:class|interface|enum|record|object|struct|trait|protocol|fun|func|def) (\w+)/,
      /^ {4}public (?:(?:static|final|abstract|async|virtual|override) )*[\w<>[\],.?]+ (\w+)\(/,
    ],
    rb: [/^\s{0,4}(?:def (?:self\.)?|class |module )(\w+[?!]?)/],
    php: [/^\s{0,4}(?:(?:public|static|abstract|final) )*(?:function|class|interface|trait|enum) (\w+)/],
    'c h cc cpp hpp cxx': [
      /^(?:class|struct|enum|union|namespace) (\w+)/,
      /^[\w:*&<>]+(?: [\w:*&<>]+)* [*&]?(\w+)\([^;]*$/,
    ],
  }).flatMap(([extensions, patterns]) =>
    extensions.split(' ').map((extension) => [extension, patterns] as const),
  ),
)

/** Declarations of JavaScript that no other file sees unless something else says so. */
const local = /^(?:async )?function|^(?:abstract )?class/

const scripts = /\.[cm]?[jt]sx?$/i

/** What a file declares, told from its lines one by one: no grammar, so that declarations that are wrapped or made by macros are missed. Nothing for languages that are not known. */
export function findSymbols(path: string, text: string): readonly FileSymbol[] {
  const patterns = declarations.get(path.slice(path.lastIndexOf('.') + 1).toLowerCase())
  if (patterns === undefined) return []
  return text.split('\n').flatMap((whole, index) => {
    const line = whole.slice(0, longestLine)
    const name = patterns.map((pattern) => pattern.exec(line)?.[1]).find((found) => found !== undefined)
    if (name === undefined) return []
    const shared = !(scripts.test(path) && local.test(line))
    return [{ name, line: index + 1, signature: signatureOf(line), shared }]
  })
}

function signatureOf(line: string): string {
  const head = line
    .trim()
    .replace(/\s*[{:]\s*$/, '')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ')
  return head.length <= shownSignature ? head : `${head.slice(0, shownSignature - 1).toWellFormed()}…`
}
