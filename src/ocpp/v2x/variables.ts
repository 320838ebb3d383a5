import type { ComponentType, VariableType } from 'typed-ocpp/dist/ocpp21/types.js';

// The device model has components and variables, of which both may have instances, and a component may belong to an EVSE. As one key:
// Component.Variable, Component[instance].Variable[instance], Component@1.Variable, Component@1/2.Variable (of EVSE 1, its connector 2).

interface Variable {
  readonly component: ComponentType;
  readonly variable: VariableType;
}

const PART = String.raw`([^.[\]@/]{1,50})(?:\[([^[\]]{1,50})\])?`;
const KEY = new RegExp(String.raw`^${PART}(?:@(\d{1,6})(?:/(\d{1,6}))?)?\.${PART}$`);

/** Undefined where the text names no variable. */
export function variableOf(key: string): Variable | undefined {
  const match = KEY.exec(key);
  if (match === null) return undefined;
  const [, component = '', componentInstance, evseId, connectorId, variable = '', variableInstance] = match;
  return {
    component: {
      name: component,
      ...(componentInstance !== undefined && { instance: componentInstance }),
      ...(evseId !== undefined && {
        evse: { id: Number(evseId), ...(connectorId !== undefined && { connectorId: Number(connectorId) }) },
      }),
    },
    variable: { name: variable, ...(variableInstance !== undefined && { instance: variableInstance }) },
  };
}

export function keyOf({ component, variable }: Variable): string {
  const { evse } = component;
  const connector = evse?.connectorId === undefined ? '' : `/${evse.connectorId}`;
  const place = evse === undefined ? '' : `@${evse.id}${connector}`;
  return `${named(component)}${place}.${named(variable)}`;
}

function named({ name, instance }: { readonly name: string; readonly instance?: string | undefined }): string {
  return instance === undefined ? name : `${name}[${instance}]`;
}
