import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { isSyntaxNode, type SyntaxNode } from '@keepup/mutants/syntax-node'
import { repositoryRoot } from '@keepup/repository/repository-root'
import { parseSync } from 'oxc-parser'

/** Something that a module declares at its top: a function, a constant. */
export interface Declaration {
  /** Of its module, relative to the repository. */
  readonly path: string
  readonly name: string
  readonly node: SyntaxNode
  /** The documentation comment right before it, as one line. */
  readonly comment: string
}

/** A module, as far as its declarations and what it imports of its own package. */
export interface SourceModule {
  readonly declarations: ReadonlyMap<string, Declaration>
  /** By local name. */
  readonly imports: ReadonlyMap<string, { readonly path: string; readonly name: string }>
}

const known = new Map<string, SourceModule>()

/** Parses a TypeScript module of the repository. Throws where it is none. */
export function sourceModule(path: string): SourceModule {
  const module = known.get(path) ?? parse(path)
  known.set(path, module)
  return module
}

/** Where a relative import of a module leads, relative to the repository. */
export function importedPath(from: string, specifier: string): string {
  return join(dirname(from), specifier)
}

function parse(path: string): SourceModule {
  const text = readFileSync(join(repositoryRoot, path), 'utf8')
  const { program, comments, module, errors } = parseSync(path, text)
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`)
  const body: readonly unknown[] = program.body
  const declarations = new Map<string, Declaration>()
  for (const statement of body.filter(isSyntaxNode)) {
    const comment = comments.findLast(({ end }) => end <= statement.start)
    const isOwn = comment !== undefined && text.slice(comment.end, statement.start).trim() === ''
    const told = isOwn && comment.value.startsWith('*') ? lineOf(comment.value) : ''
    for (const { name, node } of declared(statement))
      declarations.set(name, { path, name, node, comment: told })
  }
  const imports = module.staticImports.flatMap(({ moduleRequest: { value }, entries }) =>
    value.startsWith('.')
      ? entries.map(
          ({ localName, importName }) =>
            [localName.value, { path: importedPath(path, value), name: importName.name ?? '' }] as const,
        )
      : [],
  )
  return { declarations, imports: new Map(imports) }
}

function lineOf(comment: string): string {
  return comment
    .split('\n')
    .map((line) => line.replace(/^\s*\*+/, '').trim())
    .join(' ')
    .trim()
}

function declared(statement: SyntaxNode): readonly { readonly name: string; readonly node: SyntaxNode }[] {
  const { type, declaration } = statement
  if (type === 'ExportNamedDeclaration') return isSyntaxNode(declaration) ? declared(declaration) : []
  if (type === 'FunctionDeclaration' || type === 'ClassDeclaration')
    return [{ name: nameOf(statement['id']), node: statement }]
  if (type !== 'VariableDeclaration') return []
  const declarators: unknown = statement['declarations']
  return (Array.isArray(declarators) ? declarators : [])
    .filter(isSyntaxNode)
    .map((node) => ({ name: nameOf(node['id']), node }))
}

/** The name of an identifier; nothing of anything else. */
export function nameOf(node: unknown): string {
  return isSyntaxNode(node) && node.type === 'Identifier' ? String(node['name']) : ''
}
