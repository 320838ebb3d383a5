import type { CommandAnswer } from '../commandTarget.js';
import {
  optionalInteger,
  optionalOneOf,
  optionalText,
  requiredInteger,
  requiredList,
  requiredObject,
  requiredOneOf,
  requiredText,
} from '../fields.js';
import type { JsonObject } from '../rpc.js';
import { type Around, type Command, status } from './answers.js';
import type { VariableAddress, VariableOptions } from './deviceModel.js';
import { chunks } from './smartCharging.js';
import { ITEMS_PER_MESSAGE } from './variables.js';

/** Functional block B: what the station is, and what it is told to be. */
export const DEVICE_COMMANDS: readonly [string, Command][] = [
  ['GetVariables', getVariables],
  ['SetVariables', setVariables],
  ['GetBaseReport', getBaseReport],
  ['GetReport', getReport],
];

const ATTRIBUTE_TYPES = ['Actual', 'Target', 'MinSet', 'MaxSet'] as const;

function getVariables({ model }: Around, payload: JsonObject): CommandAnswer {
  const results = requiredList(payload, 'getVariableData').map((item) => {
    const named = { component: requiredObject(item, 'component'), variable: requiredObject(item, 'variable') };
    const address = addressOf(item);
    const attributeType = optionalOneOf(item, 'attributeType', ATTRIBUTE_TYPES);
    const type = attributeType === undefined ? {} : { attributeType };
    if ((attributeType ?? 'Actual') !== 'Actual') {
      return { attributeStatus: 'NotSupportedAttributeType', ...type, ...named };
    }
    const answer = model.read(address);
    const value = answer.status === 'Accepted' ? { attributeValue: answer.value } : {};
    return { attributeStatus: answer.status, ...type, ...value, ...named };
  });
  return { payload: { getVariableResult: results } };
}

function setVariables({ station, model }: Around, payload: JsonObject): CommandAnswer {
  const results = requiredList(payload, 'setVariableData').map((item) => {
    const named = { component: requiredObject(item, 'component'), variable: requiredObject(item, 'variable') };
    const address = addressOf(item);
    const value = requiredText(item, 'attributeValue');
    const attributeType = optionalOneOf(item, 'attributeType', ATTRIBUTE_TYPES);
    const type = attributeType === undefined ? {} : { attributeType };
    if ((attributeType ?? 'Actual') !== 'Actual') {
      return { attributeStatus: 'NotSupportedAttributeType', ...type, ...named };
    }
    const answer = model.write(address, value);
    const isPassword = address.variable.toLowerCase() === 'basicauthpassword';
    if (answer.status === 'Accepted' && isPassword) station.setPassword(value);
    const why = answer.reasonCode === undefined ? {} : { attributeStatusInfo: { reasonCode: answer.reasonCode } };
    return { attributeStatus: answer.status, ...type, ...why, ...named };
  });
  return { payload: { setVariableResult: results } };
}

function addressOf(item: JsonObject): VariableAddress {
  const variable = requiredObject(item, 'variable');
  return {
    ...componentOf(item),
    variable: requiredText(variable, 'name'),
    instance: optionalText(variable, 'instance'),
  };
}

function componentOf(item: JsonObject): Omit<VariableAddress, 'variable'> {
  const component = requiredObject(item, 'component');
  const evse = component.evse === undefined ? undefined : requiredObject(component, 'evse');
  return {
    component: requiredText(component, 'name'),
    evseId: evse === undefined ? undefined : requiredInteger(evse, 'id'),
    connectorId: evse === undefined ? undefined : optionalInteger(evse, 'connectorId'),
  };
}

const SUMMARY = ['Available', 'AvailabilityState', 'Problem'];

function getBaseReport(around: Around, payload: JsonObject): CommandAnswer {
  const bases = ['ConfigurationInventory', 'FullInventory', 'SummaryInventory'] as const;
  const base = requiredOneOf(payload, 'reportBase', bases);
  return report(around, requiredInteger(payload, 'requestId'), (options) => {
    if (base === 'FullInventory') return true;
    return base === 'ConfigurationInventory' ? options.accepts !== undefined : SUMMARY.includes(options.variable);
  });
}

function getReport(around: Around, payload: JsonObject): CommandAnswer {
  // By Active, Available, Enabled or Problem it can't be asked (B08).
  if (payload.componentCriteria !== undefined) return status('NotSupported');
  const wanted = payload.componentVariable === undefined ? undefined : requiredList(payload, 'componentVariable');
  const filters = wanted?.map((item) => ({
    component: componentOf(item),
    variable: item.variable === undefined ? undefined : requiredText(requiredObject(item, 'variable'), 'name'),
  }));
  return report(
    around,
    requiredInteger(payload, 'requestId'),
    (options) =>
      filters === undefined ||
      filters.some(
        ({ component, variable }) =>
          same(component.component, options.component) &&
          (component.evseId === undefined || component.evseId === options.evseId) &&
          (variable === undefined || same(variable, options.variable)),
      ),
  );
}

function report(
  { station, model }: Around,
  requestId: number,
  isMeant: (of: VariableOptions) => boolean,
): CommandAnswer {
  const parts = chunks(model.report(isMeant), ITEMS_PER_MESSAGE);
  if (parts.length === 0) return status('EmptyResultSet');
  const generatedAt = new Date(station.nowMs()).toISOString();
  return status('Accepted', () => {
    parts.forEach((reportData, seqNo) => {
      const tbc = seqNo < parts.length - 1;
      const payload = { requestId, generatedAt, seqNo, tbc, reportData };
      station.send({ action: 'NotifyReport', payload }, { evenBeforeBoot: true });
    });
  });
}

const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
