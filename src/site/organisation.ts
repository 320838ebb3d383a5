/** What was there before there were organisations is of this one, and so is what the admin key makes. It runs the installation. */
export const DEFAULT_ORGANISATION_ID = 'default';
