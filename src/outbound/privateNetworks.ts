import { BlockList, isIP, isIPv6 } from 'node:net';
import type { NetworkRange } from '../site/networks.js';

/**
 * Addresses that are not of the public internet (IANA's special-purpose registries): whoever could make us call them would reach what
 * our network keeps to itself.
 */
const SPECIAL: readonly string[] = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];
/** Of IPv6 only what is given out as global unicast is public at all; these parts of it are not. */
const GLOBAL_UNICAST = '2000::/3';
const SPECIAL_IN_GLOBAL_UNICAST: readonly string[] = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];
/** An IPv4 address in IPv6's clothes is judged as what it is. */
const MAPPED = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i;

const special = blockListOf(SPECIAL);
const globalUnicast = blockListOf([GLOBAL_UNICAST]);
const specialInGlobalUnicast = blockListOf(SPECIAL_IN_GLOBAL_UNICAST);

/** `address` is a literal IP address, without brackets. False for what is none. */
export function isPublicAddress(address: string): boolean {
  const plain = unmapped(address);
  if (isIP(plain) === 4) return !special.check(plain, 'ipv4');
  return (
    isIPv6(plain) &&
    !plain.includes('%') &&
    globalUnicast.check(plain, 'ipv6') &&
    !specialInGlobalUnicast.check(plain, 'ipv6')
  );
}

/** Whether the operator allowed the address, although it is private. */
export function allowedBy(allowedNets: readonly NetworkRange[]): (address: string) => boolean {
  const list = new BlockList();
  for (const { address, prefixBits, family } of allowedNets) list.addSubnet(address, prefixBits, family);
  return (address) => {
    const plain = unmapped(address);
    const version = isIP(plain);
    return version !== 0 && !plain.includes('%') && list.check(plain, version === 4 ? 'ipv4' : 'ipv6');
  };
}

function unmapped(address: string): string {
  const dotted = MAPPED.exec(address)?.[1];
  if (dotted !== undefined) return dotted;
  if (!isIPv6(address) || address.includes('%')) return address;
  // Node's URL writes ::ffff:7f00:1 for ::ffff:127.0.0.1.
  const groups = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const hex = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(groups);
  if (hex === null) return address;
  const [high, low] = [Number.parseInt(hex[1] ?? '', 16), Number.parseInt(hex[2] ?? '', 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

function blockListOf(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits = ''] = range.split('/');
    list.addSubnet(address, Number(bits), address.includes(':') ? 'ipv6' : 'ipv4');
  }
  return list;
}
