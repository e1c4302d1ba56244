import { type ImportDeclaration, parse, type Token, tokTypes } from 'acorn'

/** What a cell calls where its source says `import`. */
const importFunction = '__keepupImport'

interface Replacement {
  readonly start: number
  readonly end: number
  readonly text: string
}

/**
 * A cell as a script: `import` declarations become awaited calls, `import()` becomes a call of {@link importFunction}. The inspector's REPL mode, which
 * runs cells, knows neither. What cannot be parsed stays as it is: whoever runs it says what is wrong.
 */
export function rewriteImports(source: string): string {
  if (!source.includes('import')) return source
  const replacements = findImports(source, 'module') ?? findImports(source, 'script') ?? []
  let rewritten = ''
  let at = 0
  for (const { start, end, text } of replacements.toSorted((a, b) => a.start - b.start)) {
    rewritten += source.slice(at, start) + text
    at = end
  }
  return rewritten + source.slice(at)
}

function findImports(source: string, sourceType: 'module' | 'script'): readonly Replacement[] | undefined {
  const tokens: Token[] = []
  try {
    const { body } = parse(source, {
      ecmaVersion: 'latest',
      sourceType,
      allowAwaitOutsideFunction: true,
      allowReturnOutsideFunction: true,
      allowHashBang: true,
      onToken: tokens,
    })
    const declarations = body.filter((statement) => statement.type === 'ImportDeclaration')
    return [...declarations.map((declaration) => asAwait(source, declaration)), ...calls(tokens)]
  } catch {
    return undefined
  }
}

/** Each `import` that is called. */
function calls(tokens: readonly Token[]): readonly Replacement[] {
  return tokens.flatMap(({ type, start, end }, index) =>
    type.keyword === 'import' && tokens[index + 1]?.type === tokTypes.parenL
      ? [{ start, end, text: importFunction }]
      : [],
  )
}

function asAwait(
  source: string,
  { start, end, specifiers, source: from, attributes }: ImportDeclaration,
): Replacement {
  const given = attributes.map(
    ({ key, value }) => `${source.slice(key.start, key.end)}: ${value.raw ?? '""'}`,
  )
  const options = given.length === 0 ? '' : `, { with: { ${given.join(', ')} } }`
  const loaded = `await ${importFunction}(${from.raw ?? '""'}${options})`
  const names: string[] = []
  let whole: string | undefined
  for (const specifier of specifiers) {
    const local = specifier.local.name
    if (specifier.type === 'ImportNamespaceSpecifier') whole = local
    else if (specifier.type === 'ImportDefaultSpecifier') names.push(`default: ${local}`)
    else names.push(`${source.slice(specifier.imported.start, specifier.imported.end)}: ${local}`)
  }
  const named = names.length === 0 ? undefined : `{ ${names.join(', ')} }`
  // Line breaks stay, so that errors name the right line.
  const lines = '\n'.repeat(source.slice(start, end).split('\n').length - 1)
  if (whole !== undefined) {
    const rest = named === undefined ? '' : `; const ${named} = ${whole}`
    return { start, end, text: `const ${whole} = ${loaded}${rest};${lines}` }
  }
  return { start, end, text: `${named === undefined ? loaded : `const ${named} = ${loaded}`};${lines}` }
}
