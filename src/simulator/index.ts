/** Virtual charging stations, cars and sites: real OCPP over real sockets, independent of the service they test. */
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
export type { StationEvent } from './stationEvents.js';
export type { VirtualStationOptions } from './stationOptions.js';
export { realClock, type SimulatorClock, seededRandom, Ticker } from './time.js';
export { VirtualStation } from './virtualStation.js';
