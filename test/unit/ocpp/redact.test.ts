import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completeCut } from '../../../src/ocpp/cutFrame.js';
import { parseFrame } from '../../../src/ocpp/frame.js';
import { redactPayload } from '../../../src/ocpp/redact.js';
import { REDACTED } from '../../../src/site/redact.js';

const SECRET = 'S3CR3T-04A2B7';
const PEM = `-----BEGIN CERTIFICATE-----\n${SECRET}\n-----END CERTIFICATE-----`;

/** In what messages, of which version, secrets travel. */
const CARRIERS: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  ['Authorize', { idTag: SECRET }],
  ['Authorize', { idTagInfo: { status: 'Accepted', parentIdTag: SECRET } }],
  [
    'Authorize',
    { idToken: { idToken: SECRET, type: 'ISO14443', additionalInfo: [{ additionalIdToken: SECRET, type: 'x' }] } },
  ],
  ['Authorize', { certificate: PEM, iso15118CertificateHashData: [] }],
  ['StartTransaction', { connectorId: 1, idTag: SECRET, meterStart: 0 }],
  ['TransactionEvent', { eventType: 'Started', idToken: { idToken: SECRET, type: 'eMAID' } }],
  ['TransactionEvent', { idTokenInfo: { status: 'Accepted', personalMessage: { format: 'UTF8', content: SECRET } } }],
  ['RequestStartTransaction', { groupIdToken: { idToken: SECRET, type: 'Central' } }],
  ['SendLocalList', { localAuthorizationList: [{ idTag: SECRET, idTagInfo: { parentIdTag: SECRET } }] }],
  ['ChangeConfiguration', { key: 'AuthorizationKey', value: SECRET }],
  ['ChangeConfiguration', { value: SECRET }],
  ['GetConfiguration', { configurationKey: [{ key: 'WifiPassword', readonly: false, value: SECRET }] }],
  [
    'SetVariables',
    {
      setVariableData: [
        { attributeValue: SECRET, component: { name: 'SecurityCtrlr' }, variable: { name: 'BasicAuthPassword' } },
      ],
    },
  ],
  ['GetVariables', { getVariableResult: [{ attributeValue: SECRET, variable: { name: 'SimPin' } }] }],
  [
    'NotifyReport',
    { reportData: [{ variable: { name: 'AccessToken' }, variableAttribute: [{ type: 'Actual', value: SECRET }] }] },
  ],
  [
    'SetNetworkProfile',
    {
      connectionData: {
        basicAuthPassword: SECRET,
        apn: { apnPassword: SECRET, simPin: SECRET },
        vpn: { server: 'v', user: SECRET, key: SECRET, password: SECRET },
      },
    },
  ],
  ['CertificateSigned', { certificateChain: PEM }],
  ['SignCertificate', { csr: SECRET }],
  ['InstallCertificate', { certificateType: 'CSMSRootCertificate', certificate: PEM }],
  [
    'SignedUpdateFirmware',
    { firmware: { location: `https://u:${SECRET}@example.com/fw`, signingCertificate: PEM, signature: SECRET } },
  ],
  ['GetLog', { log: { remoteLocation: `https://example.com/up?sig=${SECRET}` } }],
  ['GetDiagnostics', { location: `ftp://u:${SECRET}@example.com/` }],
  ['NotifyCustomerInformation', { data: SECRET, seqNo: 0 }],
  ['CustomerInformation', { customerIdentifier: SECRET }],
  ['DataTransfer', { vendorId: 'x', data: JSON.stringify({ idTag: SECRET }) }],
  ['DataTransfer', { vendorId: 'x', data: `{"idTag":"${SECRET}"` }],
  ['DataTransfer', { vendorId: 'x', data: PEM }],
  ['Get15118EVCertificate', { exiRequest: SECRET }],
  ['Anything', { idToken: [SECRET, { password: { text: SECRET } }] }],
];

describe('what is shown of a message', () => {
  it.each(CARRIERS)('holds no secret of %s %j', (action, payload) => {
    expect(JSON.stringify(payload)).toContain(SECRET);
    const shown = JSON.stringify(redactPayload(action, payload));
    expect(shown).not.toContain(SECRET);
    expect(shown).toContain(REDACTED);
  });

  it('is what was said otherwise', () => {
    const payloads: Readonly<Record<string, unknown>>[] = [
      { connectorId: 1, transactionId: 7, meterValue: [{ sampledValue: [{ value: '16.1', unit: 'A', phase: 'L1' }] }] },
      {
        configurationKey: [
          { key: 'HeartbeatInterval', readonly: false, value: '300' },
          { key: 'MeterValuesSampledData', value: 'Energy.Active.Import.Register' },
        ],
      },
      { key: 'WebSocketPingInterval', value: '30' },
      {
        csChargingProfiles: {
          chargingProfileId: 1,
          chargingSchedule: { chargingSchedulePeriod: [{ startPeriod: 0, limit: 6 }] },
        },
      },
      { reportData: [{ variable: { name: 'RateUnit' }, variableAttribute: [{ value: 'A,W' }] }] },
      { location: 'https://example.com/firmware.bin', retries: null },
    ];
    for (const payload of payloads) expect(redactPayload('Any', payload)).toEqual(payload);
  });

  it('holds no secret either where the message was cut, wherever that was', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...CARRIERS),
        fc.double({ min: 0, max: 1, noNaN: true }),
        ([action, payload], part) => {
          const text = JSON.stringify([2, 'id', action, payload]);
          const frame = parseFrame(completeCut(text.slice(0, Math.floor(part * text.length))));
          const shown = frame.kind === 'call' ? JSON.stringify(redactPayload(frame.action, frame.payload)) : '';
          expect(shown).not.toContain(SECRET.slice(0, 4));
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe('a frame of which the end is missing', () => {
  it('becomes JSON again, whatever it was and wherever it was cut', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { minLength: 1 }), fc.nat(), (value, at) => {
        const text = JSON.stringify(value);
        const cut = text.slice(0, at % (text.length + 1));
        expect(Array.isArray(JSON.parse(completeCut(cut)))).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('keeps what was whole', () => {
    expect(completeCut('[2,"1","A",{"a":[1,2,{"b":"x"},{"c":"y')).toBe('[2,"1","A",{"a":[1,2,{"b":"x"},{}]}]');
    expect(completeCut('[2,"1","A",{"a":1,"b":"\\"[')).toBe('[2,"1","A",{"a":1}]');
  });
});
