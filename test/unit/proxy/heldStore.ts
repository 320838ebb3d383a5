import { MemoryDocuments } from '../../support/memoryDocuments.js';

type Document = Parameters<MemoryDocuments['put']>[0];

/** A store whose writes of some documents take until they are let go. */
export class HeldStore extends MemoryDocuments {
  /** Writes that wait. */
  held = 0;
  #isHeld: (document: Document) => boolean = () => false;
  #waiting: (() => void)[] = [];

  /** From now on. */
  hold(isHeld: (document: Document) => boolean): void {
    this.#isHeld = isHeld;
  }

  /** What waits, and what comes. */
  release(): void {
    this.#isHeld = () => false;
    for (const resume of this.#waiting) resume();
    this.#waiting = [];
  }

  override async put(document: Document): Promise<void> {
    await this.#letGo(document);
    await super.put(document);
  }

  override async replace(...written: Parameters<MemoryDocuments['replace']>): Promise<boolean> {
    await this.#letGo(written[0]);
    return super.replace(...written);
  }

  async #letGo(document: Document): Promise<void> {
    if (!this.#isHeld(document)) return;
    this.held++;
    await new Promise<void>((resume) => this.#waiting.push(resume));
    this.held--;
  }
}
