import { svelte } from '@sveltejs/vite-plugin-svelte'
import tailwindcss from '@tailwindcss/vite'
import { defineConfig } from 'vite'

/** Pages that load nothing from elsewhere: the server's policy lets them run no inline script. */
export default defineConfig({
  plugins: [svelte(), tailwindcss()],
  base: './',
  build: { target: 'es2023', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
})
