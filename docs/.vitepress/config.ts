import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { type DefaultTheme, defineConfig } from 'vitepress'

// Written by tooling/docs/write-site.ts, with the pages.
const sidebar = JSON.parse(
  readFileSync(fileURLToPath(new URL('../dist/pages/sidebar.json', import.meta.url)), 'utf8'),
) as DefaultTheme.SidebarItem[] // our own file

/** The fragment of a heading, as GitHub and the tests of the repository make it, so that one link holds in both places. */
function slugify(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{Letter}\p{Number} _-]/gu, '')
    .replaceAll(' ', '-')
}

// VitePress takes its configuration from the default export.
export default defineConfig({
  title: 'keepup',
  description: 'A TypeScript runtime for agents that keep going',
  srcDir: 'dist/pages',
  srcExclude: ['public/**'],
  outDir: 'dist/site',
  cacheDir: 'dist/cache',
  cleanUrls: true,
  markdown: {
    anchor: { slugify },
    config: (markdown) => {
      const render = markdown.renderer.rules.code_inline
      // Braces in code are no expressions of the site's.
      markdown.renderer.rules.code_inline = (...of) => (render?.(...of) ?? '').replace('<code', '<code v-pre')
    },
  },
  themeConfig: {
    sidebar,
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Quickstart', link: '/start/quickstart' },
      { text: 'Concepts', link: '/concepts/threads' },
      { text: 'Command line', link: '/cli/' },
      { text: 'Packages', link: '/packages/runtime' },
    ],
  },
})
