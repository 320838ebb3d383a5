export const LEASE_MS = 3_000;
export const RENEW_EVERY_MS = 1_000;
/** So long before another may take it, it counts as no longer ours. */
export const LEASE_MARGIN_MS = 500;
/** What a question to the store about leases or nodes takes at most. */
export const STORE_AT_MOST_MS = 1_500;
