import { isSyntaxNode, type SyntaxNode, walk } from '@keepup/mutants/syntax-node'

import { findDeclaration } from './reached-declarations.ts'
import { type Declaration, nameOf } from './source-module.ts'

/** What stands for a part of a text that is only known when it is made. */
export const hole = '…'

/** A place in the code, with what the parameters of the function around it are there, where one call of it is looked at. */
export interface Scene {
  readonly within: Declaration
  readonly given?: ReadonlyMap<string, { readonly node: SyntaxNode; readonly scene: Scene }>
}

/** More ways to say something than this are not told apart. */
const mostTexts = 4

/** The texts that an expression can come to, with holes for what is not known. */
export function readTexts(node: unknown, scene: Scene): readonly string[] {
  if (!isSyntaxNode(node)) return [hole]
  return (readers[node.type]?.(node, scene) ?? [hole]).slice(0, mostTexts)
}

type Reader = (node: SyntaxNode, scene: Scene) => readonly string[]

const readers: Readonly<Record<string, Reader>> = {
  Literal: ({ value }) => (typeof value === 'string' || typeof value === 'number' ? [String(value)] : [hole]),
  TemplateLiteral: readTemplate,
  BinaryExpression: ({ operator, left, right }, scene) =>
    operator === '+' ? joined([readTexts(left, scene), readTexts(right, scene)]) : [hole],
  ConditionalExpression: ({ consequent, alternate }, scene) => [
    ...new Set([...readTexts(consequent, scene), ...readTexts(alternate, scene)]),
  ],
  Identifier: readName,
}

function readTemplate({ quasis, expressions }: SyntaxNode, scene: Scene): readonly string[] {
  if (!Array.isArray(quasis) || !Array.isArray(expressions)) return [hole]
  const pieces = quasis.filter(isSyntaxNode).flatMap((quasi, index) => {
    const expression: unknown = expressions[index]
    const text = [cookedOf(quasi)]
    return expression === undefined ? [text] : [text, readTexts(expression, scene)]
  })
  return joined(pieces)
}

/** One of the fixed pieces of a template. */
export function cookedOf({ value }: SyntaxNode): string {
  if (typeof value !== 'object' || value === null || !('cooked' in value)) return hole
  return typeof value.cooked === 'string' ? value.cooked : hole
}

/** Every way to put one of each side by side. */
function joined(pieces: readonly (readonly string[])[]): readonly string[] {
  return pieces.reduce<readonly string[]>(
    (texts, piece) => texts.flatMap((text) => piece.map((one) => text + one)).slice(0, mostTexts),
    [''],
  )
}

function readName(node: SyntaxNode, scene: Scene): readonly string[] {
  const name = nameOf(node)
  const given = scene.given?.get(name)
  if (given !== undefined) return readTexts(given.node, given.scene)
  const local = localValue(scene.within.node, name)
  if (local !== undefined) return readTexts(local, scene)
  const found = findDeclaration({ path: scene.within.path, name })
  if (found?.node.type !== 'VariableDeclarator' || found === scene.within) return [hole]
  return readTexts(found.node['init'], { within: found })
}

/** What a constant inside of a function is made as. */
function localValue(within: SyntaxNode, name: string): unknown {
  let value: unknown
  walk(within, (child) => {
    if (child.type === 'VariableDeclarator' && nameOf(child['id']) === name) value = child['init']
  })
  return value
}

/** The names of a function's parameters, in order; nothing for one that is taken apart. */
export function parametersOf({ node }: Declaration): readonly string[] {
  const params: unknown = node['params']
  return Array.isArray(params) ? params.map(nameOf) : []
}
