/**
 * With EVENKEEL_STRICT=1 lives are held to what the service does not keep yet: messages are doubled and late (a copy that comes within the
 * time that is promised, after a lower profile was confirmed, holds from then on); nothing is above a limit without a cause, and one reading
 * of a meter is enough (a car that has come down and was not metered since makes the building look smaller than it is).
 */
export const IS_STRICT = process.env.EVENKEEL_STRICT === '1';
