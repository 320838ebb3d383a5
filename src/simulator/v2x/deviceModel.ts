import type { JsonObject } from '../rpc.js';

export type DataType = 'string' | 'decimal' | 'integer' | 'dateTime' | 'boolean' | 'OptionList' | 'MemberList';

export interface VariableOptions {
  readonly component: string;
  readonly variable: string;
  readonly instance?: string;
  /** Of the component; none is the station. */
  readonly evseId?: number;
  readonly connectorId?: number;
  readonly dataType: DataType;
  /** A function is asked anew each time. */
  readonly value: string | (() => string);
  /** Absent: read-only. */
  readonly accepts?: (value: string) => boolean;
  /** Never read back. */
  readonly writeOnly?: true;
  readonly unit?: string;
  readonly maxLimit?: number;
  readonly valuesList?: string;
}

/** How a variable is asked for. */
export interface VariableAddress {
  readonly component: string;
  readonly evseId?: number | undefined;
  readonly connectorId?: number | undefined;
  readonly variable: string;
  readonly instance?: string | undefined;
}

interface Entry {
  readonly options: VariableOptions;
  written: string | undefined;
}

export type ReadAnswer =
  | { readonly status: 'Accepted'; readonly value: string }
  | { readonly status: 'Rejected' | 'UnknownComponent' | 'UnknownVariable' };

export interface WriteAnswer {
  readonly status: 'Accepted' | 'Rejected' | 'UnknownComponent' | 'UnknownVariable';
  readonly reasonCode?: string;
}

/** The station's components and variables: what it can be asked and told. Names are compared without regard to case. */
export class DeviceModel {
  readonly #entries = new Map<string, Entry>();
  readonly #components = new Set<string>();

  constructor(variables: readonly VariableOptions[]) {
    for (const options of variables) {
      this.#entries.set(keyOf(options), { options, written: undefined });
      this.#components.add(componentKeyOf(options));
    }
  }

  read(address: VariableAddress): ReadAnswer {
    const entry = this.#entries.get(keyOf(address));
    if (entry === undefined) return { status: this.#unknown(address) };
    return entry.options.writeOnly ? { status: 'Rejected' } : { status: 'Accepted', value: currentValue(entry) };
  }

  write(address: VariableAddress, value: string): WriteAnswer {
    const entry = this.#entries.get(keyOf(address));
    if (entry === undefined) return { status: this.#unknown(address) };
    if (entry.options.accepts === undefined) return { status: 'Rejected', reasonCode: 'ReadOnly' };
    if (!entry.options.accepts(value)) return { status: 'Rejected', reasonCode: 'InvalidValue' };
    entry.written = value;
    return { status: 'Accepted' };
  }

  /** Of a variable that is known to be there. */
  text(component: string, variable: string, instance?: string): string {
    const entry = this.#entries.get(keyOf({ component, variable, instance }));
    if (entry === undefined) throw new Error(`no variable ${component}.${variable}`);
    return currentValue(entry);
  }

  integer(component: string, variable: string, instance?: string): number {
    return Number(this.text(component, variable, instance));
  }

  isTrue(component: string, variable: string): boolean {
    return this.text(component, variable) === 'true';
  }

  /** As NotifyReport's `reportData`, in the order in which they were declared. */
  report(isMeant: (options: VariableOptions) => boolean): readonly JsonObject[] {
    return [...this.#entries.values()].filter(({ options }) => isMeant(options)).map(reportData);
  }

  #unknown(address: VariableAddress): 'UnknownComponent' | 'UnknownVariable' {
    return this.#components.has(componentKeyOf(address)) ? 'UnknownVariable' : 'UnknownComponent';
  }
}

function reportData(entry: Entry): JsonObject {
  const { options } = entry;
  const { dataType, unit, maxLimit, valuesList } = options;
  const mutability = options.writeOnly ? 'WriteOnly' : options.accepts === undefined ? 'ReadOnly' : 'ReadWrite';
  return {
    component: wireComponent(options),
    variable: wireVariable(options),
    variableAttribute: [{ type: 'Actual', ...(options.writeOnly ? {} : { value: currentValue(entry) }), mutability }],
    variableCharacteristics: {
      dataType,
      supportsMonitoring: false,
      ...(unit === undefined ? {} : { unit }),
      ...(maxLimit === undefined ? {} : { maxLimit }),
      ...(valuesList === undefined ? {} : { valuesList }),
    },
  };
}

function wireComponent({ component, evseId, connectorId }: VariableOptions): JsonObject {
  if (evseId === undefined) return { name: component };
  return { name: component, evse: connectorId === undefined ? { id: evseId } : { id: evseId, connectorId } };
}

const wireVariable = ({ variable, instance }: VariableOptions): JsonObject =>
  instance === undefined ? { name: variable } : { name: variable, instance };

const currentValue = ({ options: { value }, written }: Entry): string =>
  written ?? (typeof value === 'string' ? value : value());

const componentKeyOf = ({ component, evseId, connectorId }: Omit<VariableAddress, 'variable'>): string =>
  `${component.toLowerCase()} ${evseId ?? ''} ${connectorId ?? ''}`;

const keyOf = (address: VariableAddress): string =>
  `${componentKeyOf(address)} ${address.variable.toLowerCase()} ${address.instance?.toLowerCase() ?? ''}`;
