/** Where a term stands: documents in ascending order, how often in each, and how often within its head. */
export interface Postings {
  readonly documents: number[]
  readonly counts: number[]
  readonly heads: number[]
}

/** No documents yet. */
export function emptyPostings(): Postings {
  return { documents: [], counts: [], heads: [] }
}

/** Counts one occurrence in a document that is the last one or a new one behind it. */
export function count(postings: Postings, document: number, isHead: boolean): void {
  const last = postings.documents.length - 1
  if (postings.documents[last] === document) {
    postings.counts[last] = (postings.counts[last] ?? 0) + 1
    if (isHead) postings.heads[last] = (postings.heads[last] ?? 0) + 1
    return
  }
  postings.documents.push(document)
  postings.counts.push(1)
  postings.heads.push(isHead ? 1 : 0)
}
