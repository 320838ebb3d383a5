import Type from 'typebox';
import type { MailRecipient, MailRecipientTerms } from '../../mail/recipient.js';
import { NOTICE_TYPES } from '../../notices/notice.js';
import { LANGUAGES } from '../../notices/words.js';
import { HINT, nullable, SiteId } from '../schemas.js';

const EMAIL_MAX_CHARACTERS = 254;
const SITES_MAX = 1_000;

const RecipientId = Type.String({
  minLength: 1,
  maxLength: 64,
  pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$',
  description: 'The recipient, as chosen by whoever enters them.',
  [HINT]: 'use 1 to 64 of A-Z a-z 0-9 . _ -, such as "anna"',
});
export const RecipientParams = Type.Object({ recipientId: RecipientId });

const members = {
  email: Type.String({
    maxLength: EMAIL_MAX_CHARACTERS,
    // One address, and nothing that a header could be ended with.
    pattern: '^[^\\s@<>,;:"()\\[\\]\\\\\\u0000-\\u001f\\u007f]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$',
    [HINT]: 'write one e-mail address, such as anna@example.com',
  }),
  language: Type.Enum([...LANGUAGES], { description: 'In which it is written.' }),
  events: Type.Array(Type.Enum([...NOTICE_TYPES]), {
    minItems: 1,
    maxItems: NOTICE_TYPES.length,
    uniqueItems: true,
    description: 'Of each they are also told when that is over.',
  }),
};

export const RecipientTerms = Type.Object(
  {
    ...members,
    siteIds: Type.Optional(
      Type.Array(SiteId, {
        minItems: 1,
        maxItems: SITES_MAX,
        description: 'Only of these sites. Left out: of all of the organisation, and what is of no site.',
      }),
    ),
  },
  {
    title: 'MailRecipientTerms',
    additionalProperties: false,
    examples: [{ email: 'anna@example.com', language: 'sv', events: ['station.uncontrollable', 'departure.at_risk'] }],
  },
);
export const RecipientDocument = Type.Object(
  {
    recipientId: Type.String(),
    organisationId: Type.String(),
    email: Type.String(),
    language: members.language,
    events: Type.Array(Type.String()),
    siteIds: nullable(Type.Array(Type.String(), { description: 'Null: all of the organisation.' })),
  },
  { title: 'MailRecipient' },
);
export const RecipientList = Type.Object({ recipients: Type.Array(RecipientDocument) }, { title: 'MailRecipientList' });

type Terms = Type.Static<typeof RecipientTerms>;

export function readRecipient({ email, language, events, siteIds }: Terms): MailRecipientTerms {
  return { email, language, events, siteIds: siteIds ?? null };
}

export function writeRecipient({ events, siteIds, ...recipient }: MailRecipient) {
  return { ...recipient, events: [...events], siteIds: siteIds === null ? null : [...siteIds] };
}
