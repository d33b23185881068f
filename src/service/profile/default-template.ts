import { randomUUID } from 'node:crypto'
import { dict, formatPlist } from '../../protocol/plist/index.ts'

const uuid = (): string => randomUUID().toUpperCase()

/**
 * The template that a new installation starts with: a link to the organisation's page on the home screen
 * and a certificate of the device's own for the organisation's services. XML, to be edited by hand.
 */
export const defaultTemplate = (): Uint8Array =>
  formatPlist(
    dict({
      PayloadType: 'Configuration',
      PayloadVersion: 1,
      PayloadIdentifier: '{{organization.identifier}}.configuration',
      PayloadUUID: uuid(),
      PayloadDisplayName: '{{organization.name}}',
      PayloadDescription: 'Settings of {{organization.name}} for {{account.name}}.',
      PayloadOrganization: '{{organization.name}}',
      PayloadContent: [
        dict({
          PayloadType: 'com.apple.webClip.managed',
          PayloadVersion: 1,
          PayloadIdentifier: '{{organization.identifier}}.configuration.web-clip',
          PayloadUUID: uuid(),
          PayloadDisplayName: 'Home screen link',
          Label: '{{organization.name}}',
          URL: '{{portal.url}}',
          IsRemovable: true,
        }),
        dict({
          PayloadType: 'com.apple.security.scep',
          PayloadVersion: 1,
          PayloadIdentifier: '{{organization.identifier}}.configuration.client-certificate',
          PayloadUUID: uuid(),
          PayloadDisplayName: 'Client certificate',
          PayloadContent: dict({
            URL: '{{scep.url}}',
            Name: '{{enrollment.id}}',
            Subject: [
              [['O', '{{organization.name}}']],
              [['OU', 'Devices']],
              [['CN', '{{account.name}}']],
              [['2.5.4.5', '{{device.udid}}']],
            ],
            Challenge: '{{scep.challenge}}',
            Keysize: 2048,
            'Key Type': 'RSA',
            'Key Usage': 5,
          }),
        }),
      ],
    }),
  )
