import type { MessagePort } from 'node:worker_threads'

import type { PageAnswer, PageJob, PageText } from './page/page-job.ts'

/** Reads pages in a thread of its own, one job after another. Loaded by `PageReader`; nothing else needs it. */
export function convertPages(port: MessagePort): void {
  port.on('message', (job: PageJob) => {
    void answer(job).then((result) => port.postMessage(result))
  })
}

/** In characters: the longest text that is made of a page. */
const mostText = 20_000_000

async function answer(job: PageJob): Promise<PageAnswer> {
  try {
    const page = await convert(job)
    if (page.text.length <= mostText) return { type: 'done', page }
    return { type: 'failed', reason: `its text is more than ${mostText} characters long` }
  } catch (error) {
    return { type: 'failed', reason: error instanceof Error ? error.message : String(error) }
  }
}

async function convert(job: PageJob): Promise<PageText> {
  if (job.type === 'html') {
    const { htmlText } = await import('./page/html-text.ts')
    return htmlText(job.html, job.url, job.format)
  }
  const { pdfText } = await import('../reading/pdf-text.ts')
  const never = new AbortController().signal
  const text = await pdfText({ shown: job.url }, job.bytes, never)
  return { text, notes: ['The text of a PDF: tables and columns may be out of order.'] }
}
