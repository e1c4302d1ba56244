import { isSyntaxNode, type SyntaxNode, walk } from '@keepup/mutants/syntax-node'

import { type Declaration, importedPath, nameOf, sourceModule } from './source-module.ts'

/** A declaration by its place. */
export interface DeclarationName {
  readonly path: string
  readonly name: string
}

/**
 * Everything that code can come to from some declarations by names: itself, what it names, what that names, within the package. Names are not told apart
 * from local ones of the same spelling, so it is rather too much than too little; what is only reached through a parameter is not found.
 */
export function reachedDeclarations(roots: readonly DeclarationName[]): readonly Declaration[] {
  const reached = new Map<string, Declaration>()
  const waiting = [...roots]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const declaration = findDeclaration(next)
    if (declaration === undefined || reached.has(keyOf(declaration))) continue
    reached.set(keyOf(declaration), declaration)
    waiting.push(...namesIn(declaration))
  }
  return [...reached.values()].toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
}

/** The declaration that a name means in a module, its own or an imported one. */
export function findDeclaration({ path, name }: DeclarationName): Declaration | undefined {
  const { declarations, imports } = sourceModule(path)
  const imported = imports.get(name)
  return declarations.get(name) ?? (imported === undefined ? undefined : findDeclaration(imported))
}

function keyOf({ path, name }: Declaration): string {
  return `${path}#${name}`
}

const knownNames = new WeakMap<Declaration, readonly DeclarationName[]>()

function namesIn(declaration: Declaration): readonly DeclarationName[] {
  const known = knownNames.get(declaration) ?? findNames(declaration)
  knownNames.set(declaration, known)
  return known
}

function findNames({ path, node }: Declaration): readonly DeclarationName[] {
  const names: DeclarationName[] = []
  walk(node, (child, parent) => {
    if (child.type === 'Identifier' && !isOnlyAKey(child, parent)) names.push({ path, name: nameOf(child) })
    if (child.type === 'VariableDeclarator') names.push(...loadedNames(path, child))
  })
  return names
}

function isOnlyAKey(node: SyntaxNode, parent: SyntaxNode): boolean {
  if (parent['computed'] === true) return false
  if (parent.type === 'MemberExpression') return parent['property'] === node
  return parent.type === 'Property' && parent['key'] === node && parent['shorthand'] !== true
}

/** The names of `const { a, b } = await import('./module.ts')`. */
function loadedNames(path: string, { id, init }: SyntaxNode): readonly DeclarationName[] {
  const awaited = isSyntaxNode(init) && init.type === 'AwaitExpression' ? init['argument'] : undefined
  if (!isSyntaxNode(awaited) || awaited.type !== 'ImportExpression' || !isSyntaxNode(id)) return []
  const source = isSyntaxNode(awaited['source']) ? awaited['source']['value'] : undefined
  const properties: unknown = id['properties']
  if (typeof source !== 'string' || !source.startsWith('.') || !Array.isArray(properties)) return []
  const module = importedPath(path, source)
  return properties.filter(isSyntaxNode).map((property) => ({ path: module, name: nameOf(property['key']) }))
}
