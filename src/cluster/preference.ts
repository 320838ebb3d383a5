/** How much a process prefers a site to others, the same each time: so that two that look at once do not want the same ones first. */
export function preference(nodeId: string, siteId: string): number {
  let hash = 0x811c9dc5;
  const text = `${nodeId} ${siteId}`;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
