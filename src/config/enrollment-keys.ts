import { z } from 'zod'
import { descriptions, titles } from './description.ts'
import {
  addressOrOff,
  challenge,
  choice,
  daysOrKeep,
  description,
  deviceAttributes,
  flag,
  organizationName,
  password,
  path,
  version,
  whole,
} from './value.ts'

const minimum = (system: string) =>
  version.optional().register(descriptions, {
    meaning: `The oldest ${system} that gets a configuration.`,
    advice: 'A device below it is refused before the final profile, and the refusal recorded.',
    fallback: 'none',
  })

/** Of what it does: certificates, enrollments and profiles. */
export const enrollmentKeys = {
  scep: z
    .object({
      httpListen: addressOrOff.prefault('off').register(descriptions, {
        meaning: 'Where SCEP is served over plain HTTP as well.',
        advice: 'For clients that cannot do HTTPS; SCEP protects its own messages.',
      }),
      staticChallenge: challenge.optional().register(descriptions, {
        meaning: 'A challenge that can be used many times, for clients outside an enrollment.',
        advice:
          'Leave it off: whoever knows it gets certificates, though windfall accepts them nowhere.',
        fallback: 'off',
        isSecret: true,
      }),
      challengeMinutes: whole(1, 1440).prefault('15').register(descriptions, {
        meaning: 'Minutes that a device has to use its SCEP challenge.',
        advice: 'Devices take seconds; raise it for slow networks only.',
      }),
      allowSingleDes: flag.prefault('false').register(descriptions, {
        meaning: 'Whether requests encrypted with single DES are opened.',
        advice: 'Anybody who records one can read it; Apple devices do not need it.',
      }),
      capabilitiesInProfile: flag.prefault('false').register(descriptions, {
        meaning: 'Whether the SCEP payload lists the capabilities of the server.',
        advice: 'Devices then do not ask for them; for networks that lose the question.',
      }),
    })
    .register(titles, { title: 'SCEP' }),
  ca: z
    .object({
      keyType: choice('p-256', 'rsa-2048', 'rsa-3072').prefault('p-256').register(descriptions, {
        meaning: 'The key of the issuing CA.',
        advice:
          'Choose before the first start: a change makes a new issuing CA under the same root.',
      }),
      ra: flag.prefault('true').register(descriptions, {
        meaning:
          'Whether an RSA key of its own opens SCEP messages, so that the key of the CA only signs.',
        advice: 'Turn it off for clients that cannot do with an RA; `ca.keyType` must then be RSA.',
      }),
      certificateDays: whole(1, 3650).prefault('365').register(descriptions, {
        meaning: 'Days that the certificate of a device is valid.',
        advice: 'Devices come back for a new one by enrolling again.',
      }),
    })
    .register(titles, { title: 'Certificate authority' }),
  signer: z
    .object({
      keyType: choice('p-256', 'rsa-2048').prefault('p-256').register(descriptions, {
        meaning: 'The key that signs profiles.',
        advice: 'Take `rsa-2048` for old devices that cannot verify P-256 signatures.',
      }),
      certificateFile: path.optional().register(descriptions, {
        meaning: 'A certificate to sign profiles with, and its chain, PEM.',
        advice:
          'Give it with `signer.keyFile`. Where devices trust it they show the profile as verified; the files of `tls` do.',
        fallback: 'a certificate of its own CA',
      }),
      keyFile: path.optional().register(descriptions, {
        meaning: 'The private key of `signer.certificateFile`, PEM.',
        advice: 'Give it with `signer.certificateFile`.',
        fallback: 'a key of its own',
      }),
    })
    .register(titles, { title: 'Profile signer' }),
  simulator: z
    .object({
      trust: flag.prefault('false').register(descriptions, {
        meaning: 'Whether devices simulated with the CA in `simulator` of `data` may enroll.',
        advice: 'For trying things out: whoever can read that directory can play any device.',
      }),
      caFile: path.optional().register(descriptions, {
        meaning: 'The certificate of another CA whose simulated devices may enroll, PEM.',
        advice: 'For trying things out; all that such devices touch is marked as simulated.',
        fallback: 'none',
      }),
    })
    .register(titles, { title: 'Simulator' }),
  enrollment: z
    .object({
      allowLegacy: flag.prefault('false').register(descriptions, {
        meaning: 'Whether devices may use RSA-1024 keys and get profiles encrypted with 3DES.',
        advice: 'For devices of the time of iOS 4 only: both can be broken.',
      }),
      challengeMinutes: whole(1, 10_080).prefault('60').register(descriptions, {
        meaning: 'Minutes from signing in until the device has to have started.',
        advice: 'A phone keeps a downloaded profile for eight minutes; people take longer.',
      }),
      deviceAttributes: deviceAttributes
        .prefault('UDID,VERSION,PRODUCT,SERIAL,IMEI,MEID,ICCID,DEVICE_NAME')
        .register(descriptions, {
          meaning: 'What a device is asked to tell about itself.',
          advice: 'Ask for no more than you use; a device leaves out what it does not have.',
        }),
      deviceListFile: path.optional().register(descriptions, {
        meaning: 'A file that lists the devices that may enroll, by UDID or serial number.',
        advice: 'Any other device is refused, and the refusal recorded.',
        fallback: 'none, any device may',
      }),
      requireAppleSigner: flag.prefault('true').register(descriptions, {
        meaning: 'Whether a device must sign with the identity that Apple gave it.',
        advice: 'Leave it on: without it a program can claim to be any device.',
      }),
      minimumIos: minimum('iOS and iPadOS'),
      minimumMacos: minimum('macOS'),
      minimumTvos: minimum('tvOS'),
      minimumVisionos: minimum('visionOS'),
      minimumWatchos: minimum('watchOS'),
      returning: choice('profile', 'redirect').prefault('profile').register(descriptions, {
        meaning: 'What a device that is configured and comes back gets.',
        advice: '`profile` sends the current profile, `redirect` sends it to sign in again.',
      }),
    })
    .register(titles, { title: 'Enrollment' }),
  retention: z
    .object({
      stepDays: daysOrKeep.prefault('keep').register(descriptions, {
        meaning: 'Days after which the steps of an enrollment are deleted.',
        advice: 'Long enough to look into what went wrong; enrollments under way keep theirs.',
      }),
      enrollmentDays: daysOrKeep.prefault('keep').register(descriptions, {
        meaning:
          'Days without any event after which an enrollment loses addresses and what its steps say.',
        advice: 'Account, device and certificates stay: `account erase` takes those out.',
      }),
      auditDays: daysOrKeep.prefault('keep').register(descriptions, {
        meaning: 'Days after which lines of the audit are deleted; its chain begins behind them.',
        advice: 'Export them first: `windfall audit export`.',
      }),
    })
    .register(titles, { title: 'Retention' }),
  profile: z
    .object({
      serviceName: organizationName.optional().register(descriptions, {
        meaning: 'The name of the profile that a person installs to begin.',
        advice: 'Say whose it is: the phone shows it before the person agrees.',
        fallback: '`organization.name` and "Profile Service"',
      }),
      serviceDescription: description.optional().register(descriptions, {
        meaning: 'What the phone says below that name.',
        advice: 'One sentence on what installing it brings.',
        fallback: 'a sentence with `organization.name`',
      }),
      templateFile: path.optional().register(descriptions, {
        meaning:
          'The final profile, before the variables of an account and a device are filled in.',
        advice: 'Edit the file at any time; devices get it when they next come.',
        fallback: '`profile.mobileconfig` in `data`',
      }),
      locked: flag.prefault('false').register(descriptions, {
        meaning: 'Whether the final profile cannot be removed from the device.',
        advice: 'On iOS and tvOS it takes effect on supervised devices only.',
      }),
      removalPassword: password.optional().register(descriptions, {
        meaning: 'What must be entered to remove the final profile from the device.',
        advice: 'The same for every device.',
        fallback: 'none',
        isSecret: true,
      }),
    })
    .register(titles, { title: 'Profile' }),
}
