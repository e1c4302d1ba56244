/**
 * Hosts that Chromium itself asks for, whatever the page: accounts, suggestions for forms, updates. That they are blocked is no news, unless a page asked for
 * them too.
 */
export const ownHosts: ReadonlySet<string> = new Set([
  'accounts.google.com',
  'android.clients.google.com',
  'clients2.google.com',
  'clientservices.googleapis.com',
  'content-autofill.googleapis.com',
  'mtalk.google.com',
  'optimizationguide-pa.googleapis.com',
  'redirector.gvt1.com',
  'safebrowsing.googleapis.com',
  'update.googleapis.com',
])
