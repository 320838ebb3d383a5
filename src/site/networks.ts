/** As node:net's BlockList.addSubnet takes it. */
export interface NetworkRange {
  readonly address: string;
  readonly prefixBits: number;
  readonly family: 'ipv4' | 'ipv6';
}
