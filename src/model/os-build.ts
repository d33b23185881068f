import { type Platform, RELEASES } from './os-release.ts'
import { compareVersions, parseVersion, type Version } from './os-version.ts'

/** `22A380`: the leading number rises with every major version, the letter names a train, the rest counts in it. */
interface Build {
  readonly leading: number
  readonly letter: string
  readonly count: number
  readonly isSeed: boolean
}

interface Release {
  readonly build: Build
  readonly version: Version
}

const PRODUCTS: readonly (readonly [RegExp, Platform])[] = [
  [/^(?:iPhone|iPad|iPod)\d/, 'ios'],
  [/^(?:Mac|iMac|VirtualMac)/, 'macos'],
  [/^(?:AppleTV|AudioAccessory)/, 'tvos'],
  [/^RealityDevice\d/, 'visionos'],
  [/^Watch\d/, 'watchos'],
]

/** The platform of a `PRODUCT` such as `iPhone15,2`; undefined for a product that is not known. */
export const platformOf = (product: string): Platform | undefined =>
  PRODUCTS.find(([pattern]) => pattern.test(product))?.[1]

/**
 * The version of a device that reports `build` as its `VERSION`: the last one released at or before it in its train,
 * or, where the train is not listed, the first one of its leading number.
 * Undefined for a build newer than every listed train, and for a text that is no build.
 */
export const osVersionOf = (platform: Platform, build: string): Version | undefined => {
  const parsed = parseBuild(build)
  return parsed && !isNewerThanListed(platform, parsed)
    ? listedVersion(platform, parsed)
    : undefined
}

/**
 * Whether a device that reports `build` runs at least `minimum`. A build newer than every listed train does:
 * the table must not lock out the devices that are most up to date. A text that is no build does not.
 */
export const meetsMinimum = (platform: Platform, build: string, minimum: Version): boolean => {
  const parsed = parseBuild(build)
  if (parsed === undefined) return false
  if (isNewerThanListed(platform, parsed)) return true
  const version = listedVersion(platform, parsed)
  return version !== undefined && compareVersions(version, minimum) >= 0
}

const isNewerThanListed = (platform: Platform, build: Build): boolean =>
  LISTED[platform].every((release) => compareTrains(release.build, build) < 0)

const listedVersion = (platform: Platform, build: Build): Version | undefined => {
  const releases = LISTED[platform]
  const train = releases.filter((release) => compareTrains(release.build, build) === 0)
  // Seeds count apart from the releases of their train, and come before them: 22A5321d is older than 22A380.
  const reached = build.isSeed ? train[0] : train.findLast((it) => it.build.count <= build.count)
  const oldest = releases.find((release) => release.build.leading === build.leading)
  return (reached ?? train[0] ?? oldest)?.version
}

const compareTrains = (a: Build, b: Build): number =>
  a.leading - b.leading || a.letter.charCodeAt(0) - b.letter.charCodeAt(0)

const SHAPE = /^(\d{1,2})([A-Z])(\d{1,7})([a-z]?)$/

const parseBuild = (text: string): Build | undefined => {
  const [, leading, letter, count, suffix] = SHAPE.exec(text) ?? []
  if (leading === undefined || letter === undefined || count === undefined) return undefined
  return {
    leading: Number(leading),
    letter,
    count: Number(count),
    isSeed: count.length === 4 && suffix !== '',
  }
}

const readReleases = (table: string): readonly Release[] =>
  table
    .trim()
    .split(/[,\s]\s+/)
    .map((entry) => {
      const [first = '', released = ''] = entry.split(' ')
      const build = parseBuild(/[A-Z]$/.test(first) ? `${first}0` : first)
      const version = parseVersion(released)
      if (!build || !version) throw new Error(`not a release: ${entry}`)
      return { build, version }
    })

const LISTED: Readonly<Record<Platform, readonly Release[]>> = {
  ios: readReleases(RELEASES.ios),
  macos: readReleases(RELEASES.macos),
  tvos: readReleases(RELEASES.tvos),
  visionos: readReleases(RELEASES.visionos),
  watchos: readReleases(RELEASES.watchos),
}
