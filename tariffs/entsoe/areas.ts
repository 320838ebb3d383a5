/** A bidding zone, as the Energy Identification Code of its area tells it. */
export interface Area {
  readonly name: string;
  /** IANA. */
  readonly timeZone: string;
  /** The classification position of the single day-ahead coupling, where another auction is published beside it. */
  readonly auction?: number;
}

/** By code, as in ENTSO-E's list of areas. The last character of a code is a check on it, and tested as such. */
export const AREAS: ReadonlyMap<string, Area> = new Map([
  ['10YAL-KESH-----5', { name: 'AL', timeZone: 'Europe/Tirane' }],
  ['10YAT-APG------L', { name: 'AT', timeZone: 'Europe/Vienna', auction: 1 }],
  ['10YBA-JPCC-----D', { name: 'BA', timeZone: 'Europe/Sarajevo' }],
  ['10YBE----------2', { name: 'BE', timeZone: 'Europe/Brussels' }],
  ['10YCA-BULGARIA-R', { name: 'BG', timeZone: 'Europe/Sofia' }],
  ['10YCH-SWISSGRIDZ', { name: 'CH', timeZone: 'Europe/Zurich' }],
  ['10YCZ-CEPS-----N', { name: 'CZ', timeZone: 'Europe/Prague' }],
  ['10Y1001A1001A63L', { name: 'DE-AT-LU', timeZone: 'Europe/Berlin', auction: 1 }],
  ['10Y1001A1001A82H', { name: 'DE-LU', timeZone: 'Europe/Berlin', auction: 1 }],
  ['10YDK-1--------W', { name: 'DK1', timeZone: 'Europe/Copenhagen' }],
  ['10YDK-2--------M', { name: 'DK2', timeZone: 'Europe/Copenhagen' }],
  ['10Y1001A1001A39I', { name: 'EE', timeZone: 'Europe/Tallinn' }],
  ['10YES-REE------0', { name: 'ES', timeZone: 'Europe/Madrid' }],
  ['10YFI-1--------U', { name: 'FI', timeZone: 'Europe/Helsinki' }],
  ['10YFR-RTE------C', { name: 'FR', timeZone: 'Europe/Paris' }],
  ['10YGB----------A', { name: 'GB', timeZone: 'Europe/London' }],
  ['10YGR-HTSO-----Y', { name: 'GR', timeZone: 'Europe/Athens' }],
  ['10YHR-HEP------M', { name: 'HR', timeZone: 'Europe/Zagreb' }],
  ['10YHU-MAVIR----U', { name: 'HU', timeZone: 'Europe/Budapest' }],
  ['10Y1001A1001A59C', { name: 'IE-SEM', timeZone: 'Europe/Dublin' }],
  ['10Y1001C--00096J', { name: 'IT-Calabria', timeZone: 'Europe/Rome' }],
  ['10Y1001A1001A70O', { name: 'IT-Centre-North', timeZone: 'Europe/Rome' }],
  ['10Y1001A1001A71M', { name: 'IT-Centre-South', timeZone: 'Europe/Rome' }],
  ['10Y1001A1001A73I', { name: 'IT-North', timeZone: 'Europe/Rome' }],
  ['10Y1001A1001A74G', { name: 'IT-Sardinia', timeZone: 'Europe/Rome' }],
  ['10Y1001A1001A75E', { name: 'IT-Sicily', timeZone: 'Europe/Rome' }],
  ['10Y1001A1001A788', { name: 'IT-South', timeZone: 'Europe/Rome' }],
  ['10YLT-1001A0008Q', { name: 'LT', timeZone: 'Europe/Vilnius' }],
  ['10YLV-1001A00074', { name: 'LV', timeZone: 'Europe/Riga' }],
  ['10YCS-CG-TSO---S', { name: 'ME', timeZone: 'Europe/Podgorica' }],
  ['10YMK-MEPSO----8', { name: 'MK', timeZone: 'Europe/Skopje' }],
  ['10YNL----------L', { name: 'NL', timeZone: 'Europe/Amsterdam' }],
  ['10YNO-1--------2', { name: 'NO1', timeZone: 'Europe/Oslo' }],
  ['10YNO-2--------T', { name: 'NO2', timeZone: 'Europe/Oslo' }],
  ['10YNO-3--------J', { name: 'NO3', timeZone: 'Europe/Oslo' }],
  ['10YNO-4--------9', { name: 'NO4', timeZone: 'Europe/Oslo' }],
  ['10Y1001A1001A48H', { name: 'NO5', timeZone: 'Europe/Oslo' }],
  ['10YPL-AREA-----S', { name: 'PL', timeZone: 'Europe/Warsaw' }],
  ['10YPT-REN------W', { name: 'PT', timeZone: 'Europe/Lisbon' }],
  ['10YRO-TEL------P', { name: 'RO', timeZone: 'Europe/Bucharest' }],
  ['10YCS-SERBIATSOV', { name: 'RS', timeZone: 'Europe/Belgrade' }],
  ['10Y1001A1001A44P', { name: 'SE1', timeZone: 'Europe/Stockholm' }],
  ['10Y1001A1001A45N', { name: 'SE2', timeZone: 'Europe/Stockholm' }],
  ['10Y1001A1001A46L', { name: 'SE3', timeZone: 'Europe/Stockholm' }],
  ['10Y1001A1001A47J', { name: 'SE4', timeZone: 'Europe/Stockholm' }],
  ['10YSI-ELES-----O', { name: 'SI', timeZone: 'Europe/Ljubljana' }],
  ['10YSK-SEPS-----K', { name: 'SK', timeZone: 'Europe/Bratislava' }],
]);
