import { chainPem, intermediate, keyPem, makeLeaf, publicRoot } from '../pair.ts'

/** The root of a company's own CA, PEM. */
export const ROOT = chainPem(publicRoot)

/** Key and certificate of `localhost` below that root, PEM. */
export const certifyLocalhost = (): { readonly key: string; readonly cert: string } => {
  const leaf = makeLeaf()
  return { key: keyPem(leaf), cert: chainPem(leaf, intermediate) }
}
