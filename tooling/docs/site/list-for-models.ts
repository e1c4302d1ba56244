/** A page as it is listed for models. */
export interface ListedPage {
  /** Its file on the site. */
  readonly page: string
  readonly text: string
}

/** The site's `llms.txt` (llmstxt.org): its name, what it is, and each page by its section, as Markdown that can be fetched. */
export function listForModels(about: string, sections: ReadonlyMap<string, readonly ListedPage[]>): string {
  const parts = [...sections].map(([section, pages]) =>
    [
      `## ${section}`,
      '',
      ...pages.map(({ page, text }) => `- [${titleOf(text, page)}](/${page})${noteOf(text)}`),
    ].join('\n'),
  )
  return `${['# keepup', `> ${about}`, ...parts].join('\n\n')}\n`
}

/** The first heading of a page, without marks. */
export function titleOf(text: string, otherwise: string): string {
  const [, title = otherwise] = /^# (.+)$/m.exec(text) ?? []
  return title.replaceAll(/[`*\\]/g, '')
}

/** The first sentence below the heading. */
function noteOf(text: string): string {
  const [, first] = /^# .+\n+([^#\n|`<>-][^\n]*)/m.exec(text) ?? []
  const [sentence] = /^.*?[.:](?= |$)/.exec(first ?? '') ?? []
  return sentence === undefined ? '' : `: ${sentence.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')}`
}
