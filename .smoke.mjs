import WebSocket from 'ws';
const B='http://127.0.0.1:9191', H={'authorization':'Bearer test-admin-key','content-type':'application/json'};
const j=async(m,p,b)=>{const r=await fetch(B+p,{method:m,headers:b?H:{authorization:H.authorization},body:b?JSON.stringify(b):undefined});const t=await r.text();return [r.status,t?JSON.parse(t):null]};
const site={name:'Depot',timeZone:'Europe/Stockholm',voltageV:230,tariffIds:[],circuits:[{id:'grid',limitA:{L1:32,L2:32,L3:32}},{id:'row-a',parentId:'grid',limitA:{L1:32,L2:32,L3:32}}],stations:[1,2,3].map(i=>({id:'CP00'+i,circuitId:'row-a',failsafeA:6,evses:[{id:1,kind:'AC',phases:['L1','L2','L3'],currentMinA:6,currentMaxA:16}]}))};
console.log(await j('PUT','/v1/sites/s1',site));
for(const s of site.stations) console.log(await j('PUT',`/v1/stations/${s.id}/credentials`,{password:'pass-'+s.id+'-0123456789'}));
const stations=[];
for(const s of site.stations){
  const ws=new WebSocket(`ws://127.0.0.1:9191/ocpp/${s.id}`,['ocpp1.6'],{headers:{authorization:'Basic '+Buffer.from(s.id+':pass-'+s.id+'-0123456789').toString('base64')}});
  const st={id:s.id,ws,prof:{},n:0,pending:new Map()};stations.push(st);
  st.call=(a,p)=>new Promise(r=>{const id=s.id+'-'+(++st.n);st.pending.set(id,r);ws.send(JSON.stringify([2,id,a,p]))});
  ws.on('message',d=>{const m=JSON.parse(d);if(m[0]!==2){st.pending.get(m[1])?.(m);return}
    const [,id,a,p]=m;console.log(Date.now()%100000,s.id,a,JSON.stringify(p).slice(0,300));
    let r={status:'Accepted'};
    if(a==='SetChargingProfile'){st.prof[p.csChargingProfiles.chargingProfilePurpose]=p.csChargingProfiles}
    if(a==='GetCompositeSchedule'){const pr=st.prof.TxProfile??st.prof.TxDefaultProfile;r=process.argv[2]==='dumb'?{status:'Accepted'}:{status:'Accepted',connectorId:p.connectorId,scheduleStart:new Date().toISOString(),chargingSchedule:{duration:p.duration,chargingRateUnit:'A',chargingSchedulePeriod:[{startPeriod:0,limit:pr.chargingSchedule.chargingSchedulePeriod[0].limit}]}}}
    if(a==='GetConfiguration')r={configurationKey:[{key:'ChargingScheduleMaxPeriods',readonly:true,value:'6'}],unknownKey:[]};
    ws.send(JSON.stringify([3,id,r]))});
  ws.on('close',(c,e)=>console.log(s.id,'closed',c,String(e)));
  await new Promise(r=>ws.on('open',r));
  console.log(await st.call('BootNotification',{chargePointVendor:'X',chargePointModel:'Y'}));
  await st.call('StatusNotification',{connectorId:1,errorCode:'NoError',status:'Available'});
}
await new Promise(r=>setTimeout(r,1000));
for(const st of stations){console.log(await st.call('StartTransaction',{connectorId:1,idTag:'TAG',meterStart:0,timestamp:new Date().toISOString()}))}
await new Promise(r=>setTimeout(r,9000));
console.log(JSON.stringify((await j('GET','/v1/sites/s1/state'))[1],null,1).slice(0,6000));
console.log(JSON.stringify((await j('GET','/v1/sites/s1/sessions'))[1]).slice(0,1500));
console.log(await j('POST','/v1/sites/s1/meter-values',{circuitId:'grid',timestamp:new Date().toISOString(),currentA:{L1:45,L2:40,L3:40}}));
await new Promise(r=>setTimeout(r,2000));
console.log(JSON.stringify((await j('GET','/v1/sites/s1/state'))[1].circuits));
process.exit()
