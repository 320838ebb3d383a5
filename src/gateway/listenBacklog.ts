/**
 * Connections that wait to be accepted, where the system allows it: after a power cut thousands come in the same second, and those that
 * find no place are tried again by their own system seconds later, and each time twice as late.
 */
export const LISTEN_BACKLOG = 8_192;
