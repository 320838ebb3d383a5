import { Component, type ComponentType } from 'preact';
import { speechIn } from '../model/speech.js';
import { spoken } from '../shell/display.js';
import { Notice } from '../shell/Notice.js';

/** A view whose script is fetched apart, so that the first view of all does not wait for it. */
export interface LazyView<P extends object> {
  readonly View: ComponentType<P>;
  /** Fetches it before it is asked for: with the service away it could not be. */
  readonly prepare: () => Promise<unknown>;
}

export function lazyView<P extends object = object>(load: () => Promise<ComponentType<P>>): LazyView<P> {
  let loaded: ComponentType<P> | undefined;
  const prepare = async () => {
    loaded ??= await load();
  };
  class View extends Component<P, { hasFailed: boolean }> {
    override componentDidMount(): void {
      if (loaded === undefined) this.#fetch();
    }

    #fetch = (): void => {
      this.setState({ hasFailed: false });
      prepare().then(
        () => this.forceUpdate(),
        () => this.setState({ hasFailed: true }),
      );
    };

    override render(props: P) {
      if (loaded !== undefined) {
        const Loaded = loaded;
        return <Loaded {...props} />;
      }
      if (!this.state.hasFailed) return <div class="skeleton" aria-busy="true" />;
      const { say } = speechIn(spoken.value, 'UTC');
      return (
        <Notice title={say('contact.lost')} role="alert">
          <button type="button" class="secondary" onClick={this.#fetch}>
            {say('form.tryAgain')}
          </button>
        </Notice>
      );
    }
  }
  return { View, prepare };
}
