/**
 * A pattern over a path in which `*` also stands for `/`, as patterns in which it does not. Several where one does not do; a pattern that names a folder
 * also means what is in it.
 */
export function pathWildcards(pattern: string): readonly string[] {
  const path = pattern.replace(/^\$HOME(?=\/|$)/, '~').replace(/\*+/g, '*')
  const names = path.split('/')
  let found: readonly string[] = ['']
  for (const [index, name] of names.entries()) {
    const separator = index === 0 ? '' : '/'
    const spellings = nameSpellings(name)
    found = found
      .flatMap((before) => spellings.map((spelling) => `${before}${separator}${spelling}`))
      .slice(0, 64)
  }
  return found
}

function nameSpellings(name: string): readonly string[] {
  if (name === '*') return ['**']
  const pieces = name.split('*')
  if (pieces.length === 1) return [name]
  const [first = '', ...rest] = pieces
  let found: readonly string[] = [first]
  for (const [index, piece] of rest.entries()) {
    const atStart = index === 0 && first === ''
    const atEnd = index === rest.length - 1 && piece === ''
    found = found.flatMap((before) => {
      if (atStart) return [`**/*${piece}`]
      if (atEnd) return [`${before}*/**`]
      return [`${before}*${piece}`, `${before}*/**/*${piece}`]
    })
  }
  return found
}
