// A view that breaks says so and can be opened again; everything around it goes on.
import { Component } from "react";
import type { ReactNode } from "react";
import { Failure } from "./Failure";

export class Boundary extends Component<{ name: string; children: ReactNode }, { error: unknown }> {
  override state = { error: null as unknown };
  static getDerivedStateFromError(error: unknown) {
    return { error };
  }
  override componentDidUpdate(before: { name: string }) {
    if (before.name !== this.props.name && this.state.error !== null) this.setState({ error: null });
  }
  override render() {
    return this.state.error === null ? this.props.children : <div className="mx-auto max-w-lg pt-16"><Failure error={this.state.error} retry={() => this.setState({ error: null })} /></div>;
  }
}
