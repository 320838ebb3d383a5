/**
 * With EVENKEEL_STRICT=1 lives are held to what the service does not keep yet: that nothing is above a limit without a cause, and that one
 * reading of a meter is enough. A car that has come down and was not metered since makes the building look smaller than it is.
 */
export const IS_STRICT = process.env.EVENKEEL_STRICT === '1';
