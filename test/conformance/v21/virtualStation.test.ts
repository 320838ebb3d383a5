import { virtualStationCases } from '../support2x/virtualStationCases.js';

virtualStationCases('2.1');
