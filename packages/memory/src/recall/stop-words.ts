const list = `
a an the this that these those there here
i me my mine myself we us our ours ourselves you your yours yourself yourselves he him his himself she her hers herself
it its itself they them their theirs themselves who whom whose which what when where why how
am is are was were be been being do does did doing done have has had having can could will would shall should may might must
and or but nor so if then than as of at by for with about against between into through during before after above below
to from up down in out on off over under again further once because until while
no not only own same too very just also any all both each few more most other some such
s t d m ll re ve don didn doesn isn aren wasn weren hasn haven hadn won wouldn couldn shouldn
im ive id ill youre youve hes shes its were theyre dont didnt doesnt isnt cant wont thats whats
hey hi hello yeah yes ok okay oh wow really
`

/** Words of English that say nothing of what a text is about. Also the rests of contractions, and what chats begin with. */
export const stopWords: ReadonlySet<string> = new Set(list.split(/\s+/).filter((word) => word !== ''))
