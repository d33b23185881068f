/** The address of a SCEP operation; a query that the payload's URL has by itself stays. */
export const scepUrl = ({ href, search }: URL, query: string): URL =>
  new URL(`${href.replace(/\?$/, '')}${search === '' ? '?' : '&'}${query}`)
