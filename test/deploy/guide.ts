import { read } from './files.ts'

/** The shell commands of a page, in the order in which a reader gives them; continued lines joined. */
export const commandsOf = (page: string): readonly string[] =>
  blocksOf(page).flatMap((block) =>
    block
      .replaceAll(/ *\\\n */g, ' ')
      .trim()
      .split('\n'),
  )

/** The blocks of shell commands of a page. */
export const blocksOf = (page: string): readonly string[] =>
  [...read(page).matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block ?? '')
