import { Component, type ComponentType } from 'preact';

/** A view whose script is fetched when it is first shown, so that the first view of all does not wait for it. */
export function lazyView(load: () => Promise<ComponentType>): ComponentType {
  let loaded: ComponentType | undefined;
  return class LazyView extends Component {
    override componentDidMount(): void {
      if (loaded !== undefined) return;
      void load().then((View) => {
        loaded = View;
        this.forceUpdate();
      });
    }

    override render() {
      const View = loaded;
      return View === undefined ? <div class="skeleton" aria-busy="true" /> : <View />;
    }
  };
}
