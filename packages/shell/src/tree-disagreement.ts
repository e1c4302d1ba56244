import { forEachChild, type SyntaxNode } from 'unbash'

/** Words that belong to the language. */
const keywords: ReadonlySet<string> = new Set([
  'if',
  'then',
  'elif',
  'else',
  'fi',
  'for',
  'in',
  'do',
  'done',
  '{',
  '}',
  '!',
  'time',
  '-p',
  '[[',
  ']]',
])

/** Where the words of a tree stand, and how many redirections it has. */
interface TreeWords {
  readonly words: Map<number, number>
  /** Parts that are looked at elsewhere. */
  readonly tests: (readonly [number, number])[]
  redirects: number
}

/** Why a tree is not what the tokens say, or `undefined` where both agree: every word and redirection of one is one of the other. */
export function treeDisagreement(
  source: string,
  tree: SyntaxNode,
  tokens: { readonly words: readonly (readonly [number, number])[]; readonly redirects: number },
): string | undefined {
  const found: TreeWords = { words: new Map(), tests: [], redirects: 0 }
  collect(tree, found)
  let matched = 0
  for (const [begin, end] of tokens.words) {
    if (found.tests.some(([from, to]) => begin >= from && end <= to)) continue
    if (found.words.get(begin) === end) matched++
    else if (!keywords.has(source.slice(begin, end)))
      return `${source.slice(begin, end)} was read in two ways`
  }
  if (matched !== found.words.size) return 'a word was read in two ways'
  if (found.tests.length === 0 && found.redirects !== tokens.redirects)
    return 'a redirection was read in two ways'
  return undefined
}

function collect(node: SyntaxNode, found: TreeWords): void {
  switch (node.type) {
    case 'Word':
    case 'Assignment':
    case 'HereDocDelimiter':
      found.words.set(node.pos, node.end)
      return
    case 'TestCommand':
      found.tests.push([node.pos, node.end])
      return
    case 'FileDescriptor':
      return
    case 'HereDocBody':
      return
    case 'Redirect':
    case 'HereString':
    case 'HereDoc':
      found.redirects++
      forEachChild(node, (child) => collect(child, found))
      return
    default:
      forEachChild(node, (child) => collect(child, found))
  }
}
