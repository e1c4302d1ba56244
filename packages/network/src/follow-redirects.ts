/** Which redirects are followed. */
export interface RedirectPolicy<Answer> {
  /** How many. */
  readonly most: number
  /** Where an answer leads; `undefined` where it is the last. Closes what is not read any more; may fail. */
  target(answer: Answer, from: URL): URL | undefined
  /** Judges a target as the first URL was judged, and gives the URL to ask; fails where it may not be asked. */
  check(to: URL): URL
  /** Whether a target that was judged is followed without asking anybody. */
  mayFollow(from: URL, to: URL): boolean
  /** The failure for a circle, and for more redirects than `most`. */
  endless(from: URL): Error
}

/** What came of following: an answer, and the URL that gave it, or a redirect that is not to be followed. */
export type Followed<Answer> =
  | { readonly type: 'answer'; readonly url: URL; readonly answer: Answer }
  | { readonly type: 'redirect'; readonly from: URL; readonly to: URL }

/** Asks for a URL that was judged, and for where its answers lead, one after another: nothing is asked before it was judged too. */
export async function followRedirects<Answer>(
  first: URL,
  send: (url: URL) => Promise<Answer>,
  policy: RedirectPolicy<Answer>,
): Promise<Followed<Answer>> {
  const visited = new Set<string>()
  for (let url = first; ;) {
    visited.add(url.href)
    const answer = await send(url)
    const target = policy.target(answer, url)
    if (target === undefined) return { type: 'answer', url, answer }
    const to = policy.check(target)
    if (!policy.mayFollow(url, to)) return { type: 'redirect', from: url, to }
    if (visited.has(to.href) || visited.size > policy.most) throw policy.endless(url)
    url = to
  }
}
