import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { parseSync } from 'oxc-parser'

import type { Mutant } from './mutant.ts'
import { operators } from './operators.ts'
import { isSyntaxNode, walk } from './syntax-node.ts'

/** Every fault that could be planted in a package, in order. */
export function findMutants(root: string, project: string): readonly Mutant[] {
  const folder = `packages/${project}/src`
  return globSync('**/*.ts', { cwd: join(root, folder) })
    .toSorted()
    .flatMap((name) => inFile(root, project, `${folder}/${name}`))
}

function inFile(root: string, project: string, file: string): readonly Mutant[] {
  const text = readFileSync(join(root, file), 'utf8')
  const program: unknown = parseSync(file, text).program
  const mutants: Mutant[] = []
  if (!isSyntaxNode(program)) return mutants
  walk(program, (node, parent) => {
    for (const operator of operators) {
      const change = operator(node, parent, text)
      if (change === undefined) continue
      const original = text.slice(change.start, change.end)
      const key = [file, change.start, change.end, change.operator, change.replacement].join('\0')
      const id = createHash('sha256').update(key).digest('hex').slice(0, 12)
      const line = text.slice(0, change.start).split('\n').length
      mutants.push({ id, project, file, line, original, ...change })
    }
  })
  return mutants
}
