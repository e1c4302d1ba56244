import type { RankedDocument } from '../recall/ranked-document.ts'
import { createStemOf } from '../recall/stem-of.ts'
import type { RowCodec } from './row-codec.ts'

/** Tells by which terms a document is found among many: its stems, each once, as the codec writes them. */
export function createDocumentStems(): (document: RankedDocument, codec: RowCodec) => readonly string[] {
  const stemOf = createStemOf()
  return ({ words }, codec) => {
    if (words === '') return []
    return [...new Set(words.split(' ').map(stemOf))].map((stem) => codec.term(stem))
  }
}
