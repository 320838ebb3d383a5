import { describe } from 'vitest';
import { MemoryAccounts } from '../support/memoryAccounts.js';
import { describeAccounts } from './accountsContract.js';

describe('The accounts that other tests use', () => describeAccounts(async () => new MemoryAccounts()));
