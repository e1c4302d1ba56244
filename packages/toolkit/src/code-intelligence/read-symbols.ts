import { pathOf } from './file-uri.ts'
import { listOf, type Range, readRange, recordOf } from './read-answer.ts'

/** A named thing in a file, as a server sent it. */
export interface FoundSymbol {
  readonly name: string
  readonly kind: string
  /** The name of what it is in. */
  readonly container?: string
  /** Absolute; missing where the question named the file. */
  readonly path?: string
  readonly range: Range
}

/** SymbolKind of the protocol (3.18, section "Document Symbols"), from 1. */
const kinds =
  'file module namespace package class method property field constructor enum interface function variable constant string number boolean array object key null enum-member struct event operator type-parameter'.split(
    ' ',
  )

/** `DocumentSymbol[]`, flattened in order, `SymbolInformation[]` or `WorkspaceSymbol[]`. */
export function readSymbols(value: unknown, container?: string, depth = 0): readonly FoundSymbol[] {
  if (depth > mostDepth) return []
  return listOf(value).flatMap((one) => {
    const { name, kind, containerName, location, selectionRange, children } = recordOf(one)
    const { uri, range } = recordOf(location)
    const stretch = readRange(selectionRange ?? range)
    if (typeof name !== 'string' || stretch === undefined) return []
    const within = typeof containerName === 'string' && containerName !== '' ? containerName : container
    const path = pathOf(uri)
    const found: FoundSymbol = {
      name,
      kind: kinds[Number(kind) - 1] ?? 'symbol',
      range: stretch,
      ...(within === undefined ? {} : { container: within }),
      ...(path === undefined ? {} : { path }),
    }
    return [found, ...readSymbols(children, name, depth + 1)]
  })
}

const mostDepth = 50
