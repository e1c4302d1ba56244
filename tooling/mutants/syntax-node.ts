/** A node of a parsed program, as far as the operators look. Offsets count UTF-16 units. */
export interface SyntaxNode {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [field: string]: unknown
}

/** Whether a value in a syntax tree is a node. */
export function isSyntaxNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}

/** Calls `visit` for each node that runs, parents first: types are passed over. */
export function walk(node: SyntaxNode, visit: (node: SyntaxNode, parent: SyntaxNode) => void): void {
  for (const child of children(node)) {
    visit(child, node)
    walk(child, visit)
  }
}

const transparent = new Set(['TSAsExpression', 'TSSatisfiesExpression', 'TSNonNullExpression'])
const typeFields = new Set([
  'typeAnnotation',
  'typeArguments',
  'typeParameters',
  'returnType',
  'superTypeArguments',
])

function children(node: SyntaxNode): readonly SyntaxNode[] {
  return Object.entries(node)
    .filter(([field]) => !typeFields.has(field))
    .flatMap(([, value]) => (Array.isArray(value) ? (value as unknown[]) : [value]))
    .filter(isSyntaxNode)
    .filter(({ type }) => !type.startsWith('TS') || transparent.has(type))
    .filter(({ type }) => type !== 'ImportDeclaration')
}
