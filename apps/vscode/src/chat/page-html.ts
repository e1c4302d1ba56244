/** Where the page's parts are, as the editor serves them. */
export interface PagePlaces {
  /** The source that the editor's policy allows. */
  readonly source: string
  readonly script: string
  readonly style: string
}

/** The page of the chat. It loads two files, and nothing in it is run that stands in it: no inline script, no inline style, nothing from elsewhere. */
export function pageHtml({ source, script, style }: PagePlaces): string {
  const policy = `default-src 'none'; script-src ${source}; style-src ${source}; base-uri 'none'; form-action 'none'`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${escaped(style)}">
<title>keepup</title>
</head>
<body>
<main id="items" role="log" aria-live="polite" aria-label="Conversation"></main>
<footer>
<div id="state" role="status"></div>
<form id="form">
<textarea id="prompt" rows="3" aria-label="What to do" placeholder="What is to be done? (Enter sends)"></textarea>
<button id="send" type="submit">Send</button>
<button id="cancel" type="button" hidden>Cancel</button>
</form>
</footer>
<script src="${escaped(script)}"></script>
</body>
</html>
`
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
}
