/** What a question shows instead of saying it, and the words for it. */
const shapes: readonly (readonly [RegExp, string])[] = [
  [/\bhttps?:\/\/\S+|\bwww\.\S+|\b[\w-]+\.(?:com|org|net|io|dev)\b/i, 'url web'],
  [/(?:^|\s)(?:~|\.{1,2})?\/[\w.-]+/, 'path file'],
  [/\*\.\w+|\*\*/, 'glob pattern file'],
  [
    /\b[\w-]+\.(?:txt|md|log|csv|tsv|json|ya?ml|toml|ini|conf|xml|html?|css|[jt]sx?|py|rb|go|rs|c|h|java|sh|sql)\b/i,
    'file text',
  ],
  [/\b[\w-]+\.(?:png|jpe?g|gif|webp|svg|bmp)\b/i, 'image file'],
  [/\b[\w-]+\.(?:mp3|wav|ogg|flac|mp4|mov)\b/i, 'audio media file'],
  [/\b[\w-]+\.pdf\b/i, 'pdf file'],
  [/\b[\w-]+\.(?:zip|gz|tar|tgz|7z)\b/i, 'archive file'],
  [/\b\d+\s?[x×]\s?\d+\b/, 'width height size'],
  [/\b\d+\s?[+*/−-]\s?\d+\b/, 'number calculate'],
  [/\b\d+(?:\.\d+)?\b.*\b\d+(?:\.\d+)?\b/, 'number sum'],
  [/[\w.+-]+@[\w-]+\.\w+/, 'email address'],
]

/** The words for what a question shows, not says: for `notes.txt` those of a text file, for `*.ts` those of a pattern. */
export function wordsOfMentions(question: string): readonly string[] {
  return shapes.flatMap(([shape, words]) => (shape.test(question) ? [words] : []))
}
