import Type from 'typebox';
import type { AuditEntry } from '../../control/accounts/auditTrail.js';
import type { Key } from '../../control/accounts/keyDesk.js';
import type { Organisation } from '../../control/accounts/organisationDesk.js';
import { PASSWORD_MAX_CHARACTERS, PASSWORD_MIN_CHARACTERS } from '../../control/accounts/passwords.js';
import { ROLES } from '../../control/accounts/roles.js';
import type { User } from '../../control/accounts/userDesk.js';
import { writeInstant, writeInstantOrNull } from '../instant.js';
import { HINT, Instant, nullable, SiteId } from '../schemas.js';

const EMAIL_MAX_CHARACTERS = 254;
const NAME_MAX_CHARACTERS = 100;
const KEY_SITES_MAX = 1_000;
const OVERLAP_DEFAULT_S = 86_400;
const OVERLAP_MAX_S = 30 * 86_400;

const Role = Type.Enum([...ROLES], {
  description:
    'admin: the whole installation. owner: everything of the organisation. provider: tariffs and grid events, no cars. integrator: sites and stations. viewer: looks only.',
});
const OrganisationId = Type.String({
  minLength: 1,
  maxLength: 64,
  pattern: '^[a-z0-9][a-z0-9-]*$',
  description: 'The organisation.',
  [HINT]: 'use 1 to 64 of a-z 0-9 -, such as "north-garages"',
});
const Id = Type.String({ minLength: 1, maxLength: 64, description: 'Made by the service.' });
const Email = Type.String({
  maxLength: EMAIL_MAX_CHARACTERS,
  pattern: '^\\s*[^\\s@]+@[^\\s@]+\\s*$',
  description: 'Upper and lower case are the same.',
  [HINT]: 'write an e-mail address, such as anna@example.com',
});
const Name = Type.String({ maxLength: NAME_MAX_CHARACTERS });
const Password = Type.String({
  minLength: PASSWORD_MIN_CHARACTERS,
  maxLength: PASSWORD_MAX_CHARACTERS,
  description: `At least ${PASSWORD_MIN_CHARACTERS} characters of any kind. Kept as a salted scrypt hash.`,
  [HINT]: `use ${PASSWORD_MIN_CHARACTERS} to ${PASSWORD_MAX_CHARACTERS} characters; a few words in a row are good`,
});
const EnteredPassword = Type.String({ maxLength: PASSWORD_MAX_CHARACTERS });

export const UserParams = Type.Object({ userId: Id });
export const KeyParams = Type.Object({ keyId: Id });
export const OrganisationParams = Type.Object({ organisationId: OrganisationId });

export const SignInDocument = Type.Object(
  { email: Type.String({ maxLength: EMAIL_MAX_CHARACTERS }), password: EnteredPassword },
  {
    title: 'SignIn',
    additionalProperties: false,
    examples: [{ email: 'anna@example.com', password: 'correct horse battery' }],
  },
);

export const PasswordChange = Type.Object(
  { currentPassword: EnteredPassword, newPassword: Password },
  { title: 'PasswordChange', additionalProperties: false },
);

const userMembers = { email: Email, name: Type.Optional(Name), role: Role };

export const NewUser = Type.Object(
  { ...userMembers, password: Password, organisationId: Type.Optional(OrganisationId) },
  {
    title: 'NewUser',
    additionalProperties: false,
    description: "Without organisationId: of the caller's own.",
    examples: [{ email: 'anna@example.com', name: 'Anna', role: 'owner', password: 'correct horse battery' }],
  },
);

export const UserChange = Type.Object(
  { ...userMembers, password: Type.Optional(Password) },
  {
    title: 'UserChange',
    additionalProperties: false,
    description: 'With another role or a password, the user is signed out everywhere.',
  },
);

export const UserDocument = Type.Object(
  {
    userId: Id,
    email: Type.String(),
    name: Type.String(),
    role: Role,
    organisationId: OrganisationId,
    createdAt: Instant,
  },
  { title: 'User' },
);
export const UserList = Type.Object({ users: Type.Array(UserDocument) }, { title: 'UserList' });

export const NewKeyDocument = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: NAME_MAX_CHARACTERS, description: 'What it is for.' }),
    role: Role,
    siteIds: Type.Optional(
      Type.Array(SiteId, {
        minItems: 1,
        maxItems: KEY_SITES_MAX,
        description: 'Only these sites and their stations. Left out: all of the organisation.',
      }),
    ),
    expiresAt: Type.Optional(Instant),
    organisationId: Type.Optional(OrganisationId),
  },
  {
    title: 'NewKey',
    additionalProperties: false,
    examples: [{ name: 'meter in the cellar', role: 'integrator', siteIds: ['depot'] }],
  },
);

const keyMembers = {
  keyId: Id,
  name: Type.String(),
  role: Role,
  organisationId: OrganisationId,
  siteIds: nullable(Type.Array(Type.String(), { description: 'Null: all of the organisation.' })),
  createdAt: Instant,
  expiresAt: nullable(Instant),
  lastUsedAt: nullable(Type.String({ format: 'date-time', description: 'To the minute.' })),
  revokedAt: nullable(Instant),
};
export const KeyDocument = Type.Object(keyMembers, { title: 'Key', description: 'The secret itself is told once.' });
export const KeyList = Type.Object({ keys: Type.Array(KeyDocument) }, { title: 'KeyList' });
export const MadeKey = Type.Object(
  { ...keyMembers, key: Type.String({ description: 'The secret: told now, and never again.' }) },
  { title: 'MadeKey' },
);
export const RotatedKey = Type.Object(
  { ...keyMembers, key: Type.String({ description: 'The new secret.' }), oldKeyExpiresAt: Instant },
  { title: 'RotatedKey' },
);
export const Rotation = Type.Object(
  {
    overlapS: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: OVERLAP_MAX_S,
        default: OVERLAP_DEFAULT_S,
        description: 'For so long the old secret is taken too.',
      }),
    ),
  },
  { title: 'KeyRotation', additionalProperties: false, examples: [{ overlapS: 3_600 }] },
);

export const OrganisationChange = Type.Object(
  { name: Type.String({ minLength: 1, maxLength: NAME_MAX_CHARACTERS }) },
  { title: 'OrganisationChange', additionalProperties: false, examples: [{ name: 'North Garages' }] },
);
export const OrganisationDocument = Type.Object(
  { organisationId: OrganisationId, name: Type.String() },
  { title: 'Organisation' },
);
export const OrganisationList = Type.Object(
  { organisations: Type.Array(OrganisationDocument) },
  { title: 'OrganisationList' },
);

export const MeDocument = Type.Object(
  {
    kind: Type.Enum(['user', 'key']),
    id: Id,
    name: Type.String(),
    email: nullable(Type.String()),
    role: Role,
    organisationId: OrganisationId,
    organisationName: Type.String(),
    siteIds: nullable(Type.Array(Type.String(), { description: 'Null: all of the organisation.' })),
  },
  { title: 'Me' },
);

const AuditDocument = Type.Object(
  {
    entryId: Type.String(),
    at: Instant,
    organisationId: OrganisationId,
    siteId: nullable(Type.String()),
    actor: Type.Object({ kind: Type.Enum(['user', 'key']), id: Type.String(), name: Type.String() }),
    action: Type.String({ description: 'The operationId of what was called.' }),
    target: Type.String({ description: 'The address that was called.' }),
    outcome: Type.Enum(['made', 'failed', 'unknown'], {
      description:
        'failed: it was answered with the problem in `after`, and may have been done in part. unknown: the service stopped, or could not write any more, before it could tell; the change itself is written whole or not at all, together with this entry.',
    }),
    before: Type.Unknown({
      description: 'What differs; null: nothing was there. Passwords, keys and tokens are hidden.',
    }),
    after: Type.Unknown({ description: 'What differs; null: it is gone.' }),
    asked: Type.Unknown({ description: 'Of a command, and where the outcome is not made: what was sent along.' }),
  },
  { title: 'AuditEntry' },
);
export const AuditList = Type.Object(
  {
    entries: Type.Array(AuditDocument),
    next: nullable(Type.String({ description: 'Send it as `before` for older ones.' })),
  },
  { title: 'AuditList' },
);

export function overlapMsOf({ overlapS = OVERLAP_DEFAULT_S }: { readonly overlapS?: number }): number {
  return overlapS * 1_000;
}

export function writeUser({ createdMs, ...user }: User) {
  return { ...user, createdAt: writeInstant(createdMs) };
}

export function writeKey({ createdMs, expiresMs, lastUsedMs, revokedMs, siteIds, ...key }: Key) {
  return {
    ...key,
    siteIds: siteIds === null ? null : [...siteIds],
    createdAt: writeInstant(createdMs),
    expiresAt: writeInstantOrNull(expiresMs),
    lastUsedAt: writeInstantOrNull(lastUsedMs),
    revokedAt: writeInstantOrNull(revokedMs),
  };
}

export function writeOrganisation({ organisationId, name }: Organisation) {
  return { organisationId, name };
}

export function writeAudit({ atMs, actorKind, actorId, actorName, ...entry }: AuditEntry) {
  return { ...entry, at: writeInstant(atMs), actor: { kind: actorKind, id: actorId, name: actorName } };
}
