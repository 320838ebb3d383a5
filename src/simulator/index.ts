/** Virtual charging stations, cars and sites: real OCPP over real sockets, independent of the service they test. */
export { Car, type CarOptions } from './car.js';
export { type CircuitMeterOptions, CircuitMeters } from './circuitMeters.js';
export type { Fault, FaultKind } from './faults.js';
export { Fleet, type FleetOptions, someCar } from './fleet.js';
export { parseFault } from './fleetCommands.js';
export {
  checkFleet,
  type FleetDescription,
  type FleetSite,
  type FleetStation,
  type FleetVisit,
} from './fleetDescription.js';
export type { ExcessSpan, GridPhase, LoadSample, PerGridPhase } from './loadHistory.js';
export {
  type BuildingLoad,
  type SimulatedCircuit,
  SimulatedSite,
  type SimulatedSiteOptions,
  type SimulatedStationPlace,
} from './simulatedSite.js';
export type { StationEvent } from './stationEvents.js';
export type { EvseOptions, VirtualStationOptions } from './stationOptions.js';
export { realClock, type SimulatorClock, type SimulatorRandom, seededRandom, Ticker } from './time.js';
export type { TransactionRecord } from './transactionLog.js';
export type { ConnectorStatus } from './virtualEvse.js';
export { VirtualStation } from './virtualStation.js';
