import assert from 'node:assert/strict'
import { test } from 'node:test'
import { meetsMinimum, osVersionOf, platformOf } from './os-build.ts'
import { type Platform, RELEASES } from './os-release.ts'
import { compareVersions, formatVersion, parseVersion } from './os-version.ts'

const PLATFORMS: readonly Platform[] = ['ios', 'macos', 'tvos', 'visionos', 'watchos']

test('knows the platform of every family of products', () => {
  const products: Readonly<Record<Platform, readonly string[]>> = {
    ios: ['iPhone15,2', 'iPad13,18', 'iPod9,1'],
    macos: [
      'Mac14,2',
      'MacBookPro18,1',
      'MacBookAir10,1',
      'Macmini9,1',
      'MacPro7,1',
      'iMac21,1',
      'VirtualMac2,1',
    ],
    tvos: ['AppleTV14,1', 'AudioAccessory5,1'],
    visionos: ['RealityDevice14,1'],
    watchos: ['Watch6,18'],
  }
  for (const platform of PLATFORMS)
    for (const product of products[platform]) assert.equal(platformOf(product), platform, product)
  for (const product of ['', 'Pixel 8', 'x86_64', 'iphone15,2', 'Not an iPhone15,2'])
    assert.equal(platformOf(product), undefined, product)
})

test('finds the version of released builds [mission P3.2]', () => {
  const released: Readonly<Record<Platform, Readonly<Record<string, string>>>> = {
    ios: {
      '7A341': '3.0',
      '8C148': '4.2',
      '11D257': '7.1.2',
      '13G36': '9.3.5',
      '15E302': '11.3.1',
      '16H22': '12.5',
      '17A844': '13.1',
      '18A8395': '14.1',
      '20A362': '16.0',
      '21E219': '17.4',
      '21E236': '17.4.1',
      '22A3354': '18.0',
      '22A3370': '18.0.1',
      '23A341': '26.0',
      '24A437': '27.0',
    },
    macos: {
      '14F27': '10.10.5',
      '16G2136': '10.12.6',
      '17A365': '10.13',
      '19H1323': '10.15.7',
      '20G71': '11.5',
      '20G1427': '11.7.10',
      '21A344': '12.0',
      '22A380': '13.0',
      '22A400': '13.0.1',
      '24A335': '15.0',
      '25A354': '26.0',
      '26A428': '27.0',
    },
    tvos: {
      '10B329a': '5.2',
      '13T396': '9.0',
      '14W585a': '10.2.1',
      '17L562': '13.4.5',
      '22J580': '18.1',
      '24J361': '27.0',
    },
    visionos: {
      '21N333': '1.0',
      '21O589': '1.2',
      '22N320': '2.0',
      '23M336': '26.0',
      '24M362': '27.0',
    },
    watchos: {
      '12S507': '1.0',
      '15S600b': '4.2.3',
      '20R361': '9.0',
      '22T572': '11.5',
      '23R352': '26.0',
      '24R365': '27.0',
    },
  }
  for (const platform of PLATFORMS)
    for (const [build, version] of Object.entries(released[platform]))
      assert.equal(versionText(platform, build), version, `${platform} ${build}`)
})

test('judges the same build by its platform [mission P3.2]', () => {
  assert.equal(versionText('ios', '22A380'), '18.0')
  assert.equal(versionText('macos', '22A380'), '13.0')
})

test('judges an unlisted build of a train by the last release before it [mission P3.2]', () => {
  assert.equal(versionText('ios', '21E235'), '17.4')
  assert.equal(versionText('ios', '21E237'), '17.4.1')
  assert.equal(versionText('ios', '20E772520a'), '16.4.1')
})

test('judges a seed by the first release of its train [mission P3.2]', () => {
  assert.equal(versionText('ios', '22A5321d'), '18.0')
  assert.equal(versionText('ios', '22C5131e'), '18.2')
  assert.equal(versionText('macos', '20A5374i'), '11.0')
})

test('judges an unknown older train by its leading number [mission P3.2]', () => {
  assert.equal(versionText('ios', '22Z9'), '18.0')
  assert.equal(versionText('tvos', '15D59'), '11.0')
  assert.ok(!meetsMinimum('ios', '22Z9', version('18.1')))
  assert.ok(meetsMinimum('ios', '22Z9', version('18')))
})

test('passes an unknown newer build [mission P3.2]', () => {
  for (const platform of PLATFORMS)
    for (const build of ['31A100', '99Z1'])
      assert.ok(meetsMinimum(platform, build, version('99.9.9')), `${platform} ${build}`)
  assert.ok(meetsMinimum('ios', '24F79', version('27.5')))
  assert.equal(osVersionOf('ios', '24F79'), undefined)
})

test('refuses a build older than everything listed and a text that is no build [mission P3.2]', () => {
  for (const build of [
    '0A1',
    '',
    '17.4',
    '22',
    '22A',
    'A380',
    '22a380',
    '22A380 ',
    '22A12345678',
    '222A380',
    '22A380ab',
  ]) {
    assert.ok(!meetsMinimum('ios', build, version('1')), build)
    assert.equal(osVersionOf('ios', build), undefined, build)
  }
})

test('holds a device to the minimum, inclusively [mission P3.2]', () => {
  assert.ok(meetsMinimum('ios', '21E219', version('17.4')))
  assert.ok(!meetsMinimum('ios', '21E219', version('17.4.1')))
  assert.ok(meetsMinimum('ios', '21E236', version('17.4.1')))
  assert.ok(!meetsMinimum('ios', '21D61', version('17.4')))
  assert.ok(!meetsMinimum('macos', '19H1323', version('11')))
})

test('lists builds in ascending order, so that the last one reached is the right one', () => {
  for (const platform of PLATFORMS) {
    const builds = RELEASES[platform].match(/\d+[A-Z]\d*(?= )/g) ?? []
    const keys = builds.map((build) => {
      const [, leading = '', letter = '', count = ''] = /^(\d+)([A-Z])(\d*)$/.exec(build) ?? []
      return `${leading.padStart(2, '0')}${letter}${count.padStart(5, '0')}`
    })
    assert.ok(keys.length > 10, platform)
    assert.deepEqual(keys, [...new Set(keys)].sort(), platform)
  }
})

test('never takes a later build of a train for an older version [mission P3.2]', () => {
  for (const platform of PLATFORMS) {
    const builds = RELEASES[platform].match(/\d+[A-Z]\d+(?= )/g) ?? []
    for (const build of builds) {
      const before = osVersionOf(platform, `${build.replace(/\d+$/, '')}1`)
      const after = osVersionOf(platform, build)
      assert.ok(before && after && compareVersions(before, after) < 0, `${platform} ${build}`)
    }
  }
})

const version = (text: string) => {
  const parsed = parseVersion(text)
  assert.ok(parsed)
  return parsed
}

const versionText = (platform: Platform, build: string): string | undefined => {
  const found = osVersionOf(platform, build)
  return found && formatVersion(found)
}
