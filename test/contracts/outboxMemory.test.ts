import { describe } from 'vitest';
import { MemoryOutbox } from '../support/memoryOutbox.js';
import { describeOutbox } from './outboxContract.js';

describe('The outbox that other tests use', () => describeOutbox(async () => new MemoryOutbox()));
