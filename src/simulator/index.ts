/**
 * Virtual charging stations, cars and sites: real OCPP over real sockets, independent of the service they test.
 *
 * What a station is has no version: `VirtualStation` owns outlets (`VirtualEvse`, `Car`, `Pilots`), the profiles and what they add
 * up to (`ProfileEngine`), who charges (`SessionControl`), the record of that (`TransactionLog`), what is to be said (`Outbox`,
 * `StatusReporter`, `ExternalLimits`, `Registration`, `PowerCycle`) and the socket (`StationLink`). What of it is wire is behind
 * `StationDialect`: the payloads, the commands, the rules by which profiles are refused, and the configuration by its own names.
 *
 *   v16/   OCPP 1.6J: configuration keys, StartTransaction and StopTransaction
 *   v2x/   OCPP 2.0.1 and 2.1: device model, TransactionEvent; asks which of the two it is where they differ
 *
 * `dialects.ts` alone knows which there are. Faults lie between the two (`faultyAnswers.ts`), so that each works in every version.
 */
export { Car, type CarOptions } from './car.js';
export { CircuitMeters } from './circuitMeters.js';
export type { Fault } from './faults.js';
export { Fleet, someCar } from './fleet.js';
export { parseFault } from './fleetCommands.js';
export {
  checkFleet,
  type FleetDescription,
  type FleetStation,
  type FleetVisit,
} from './fleetDescription.js';
export type { ExcessSpan, GridPhase, PerGridPhase } from './loadHistory.js';
export {
  type SimulatedCircuit,
  SimulatedSite,
} from './simulatedSite.js';
export type { OcppVersion } from './stationDialect.js';
export type { StationEvent } from './stationEvents.js';
export type { EvseOptions, TxStartPoint, VirtualStationOptions } from './stationOptions.js';
export { realClock, type SimulatorClock, seededRandom, Ticker } from './time.js';
export { VirtualStation } from './virtualStation.js';
